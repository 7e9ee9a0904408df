"""What red and blue mean on a picture, as a small scale with words."""

import streamlit as st

from mnistlab.pictures.signed import AGAINST, FOR
from mnistlab.ui.parts.text import as_html


def draw_red_and_blue(against: str, says_nothing: str, speaks_for: str) -> None:
    """Draw the scale from blue by white to red, with what each end and the middle mean."""
    blue, red = (f"rgb({', '.join(map(str, colour))})" for colour in (AGAINST, FOR))
    bar = f"height: 0.6rem; border: 1px solid #888; background: linear-gradient(90deg, {blue}, #fff, {red});"
    st.html(
        f"<div style='max-width: 34rem'><div aria-hidden='true' style='{as_html(bar)}'></div>"
        "<div style='display: flex; justify-content: space-between; gap: 1rem; font-size: 0.875rem'>"
        f"<span>{as_html(against)}</span><span>{as_html(says_nothing)}</span><span>{as_html(speaks_for)}</span></div></div>"
    )
