"""A digit made by hand: drawn on the pad, or typed as rows of characters."""

from functools import partial

import streamlit as st

from mnistlab.data.drawing import BRUSHES, checked_strokes, drawn, to_text, typed
from mnistlab.errors import DataError
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.parts.complaints import complain
from mnistlab.ui.parts.drawing_pad import draw_pad, strokes_of
from mnistlab.ui.state.views import change_view

EXAMPLE = """..######
.##....#
.......#
.....##.
....##..
...##...
..##....
.########"""


def draw_on_pad(prefix: str, part: str) -> None:
    """Draw pad and brush."""
    path = f"{prefix}.{part}"
    brush_key = f"{path}.brush"
    brush = begin_with(brush_key, "middle")
    draw_pad(f"{path}.pad", BRUSHES[brush], partial(take_strokes, prefix, part))
    st.segmented_control(
        "Brush", list(BRUSHES), default=brush, key=brush_key, required=True, on_change=take_strokes, args=(prefix, part)
    )


def take_strokes(prefix: str, part: str) -> None:
    """Take what stands on the pad as the digit."""
    path = f"{prefix}.{part}"
    try:
        strokes = checked_strokes(strokes_of(f"{path}.pad"))
        pixels = to_text(drawn(strokes, BRUSHES[st.session_state.get(f"{path}.brush", "middle")])) if strokes else ""
    except DataError as error:
        complain(str(error))
        return
    change_view(prefix, part, pixels=pixels)


def draw_typing(prefix: str, part: str) -> None:
    """Draw the field to type a digit in, the way without a pointer."""
    path = f"{prefix}.{part}"
    st.text_area(
        "Digit as rows of characters",
        key=f"{path}.typed",
        height=260,
        placeholder=EXAMPLE,
        max_chars=900,
        on_change=_take_text,
        args=(prefix, part),
        help="Space and dot are paper, every other sign is ink; up to 28 rows of 28. It is centred and scaled as MNIST's digits are.",
    )


def _take_text(prefix: str, part: str) -> None:
    text = st.session_state[f"{prefix}.{part}.typed"]
    try:
        pixels = to_text(typed(text)) if text.strip() else ""
    except DataError as error:
        complain(str(error))
        return
    change_view(prefix, part, pixels=pixels)
