"""Figures in rows, as a table that scrolls by itself where it is wider than the screen."""

from collections.abc import Sequence

import streamlit as st

from mnistlab.ui.parts.text import as_html


def draw_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Draw a table of plain text; the first cell of each row says what the row is about."""
    head = "".join(f"<th scope='col'>{as_html(word)}</th>" for word in heads)
    body = "".join(
        f"<tr><th scope='row'>{as_html(first)}</th>{''.join(f'<td>{as_html(word)}</td>' for word in rest)}</tr>"
        for first, *rest in rows
    )
    st.html(
        f"<div class='lab-wide'><table class='lab-roll'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
