"""Figures in rows, as a table that scrolls by itself where it is wider than the screen.

(Streamlit's own, `st.table`, loads pandas and PyArrow for it: 80 MB of the server's memory and half a second.)
"""

from collections.abc import Iterable, Sequence

import streamlit as st

from mnistlab.ui.parts.text import as_html


def draw_table(heads: Sequence[str], rows: Iterable[Sequence[str]], total: Sequence[str] = ()) -> None:
    """Draw a table of plain text.

    Arguments:
        heads: words above the columns.
        rows: the first cell of each says what the row is about.
        total: one more row, which sums up the others; () for none.
    """
    head = "".join(f"<th scope='col'>{as_html(word)}</th>" for word in heads)
    body = "".join(map(_row, rows))
    foot = f"<tfoot>{_row(total)}</tfoot>" if total else ""
    st.html(
        f"<div class='lab-wide'><table class='lab-roll'><thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}</table></div>"
    )


def _row(cells: Sequence[str]) -> str:
    first, *rest = map(as_html, cells)
    return f"<tr><th scope='row'>{first}</th>{''.join(f'<td>{word}</td>' for word in rest)}</tr>"
