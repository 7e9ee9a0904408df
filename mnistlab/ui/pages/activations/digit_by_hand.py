"""A digit made by hand: drawn on the pad, typed as rows of characters, or uploaded as a picture."""

from functools import partial
from typing import Any

import streamlit as st

from mnistlab.data.drawing import BRUSHES, checked_strokes, drawn, to_text, typed
from mnistlab.data.uploads import MIDDLE, digit_on, read_picture
from mnistlab.errors import DataError
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.parts.complaints import complain
from mnistlab.ui.parts.drawing_pad import draw_pad, strokes_of
from mnistlab.ui.parts.text import fail
from mnistlab.ui.parts.uploads import read_upload
from mnistlab.ui.state.content import Content
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
    """Draw the pad and the choice of a brush."""
    path = f"{prefix}.{part}"
    brush_key = f"{path}.brush"
    brush = begin_with(brush_key, "middle")
    draw_pad(f"{path}.pad", BRUSHES[brush], partial(take_strokes, prefix, part))
    st.segmented_control(
        "Brush", list(BRUSHES), default=brush, key=brush_key, required=True, on_change=take_strokes, args=(prefix, part)
    )


def take_strokes(prefix: str, part: str) -> None:
    """Use the drawing on the pad as the digit."""
    path = f"{prefix}.{part}"
    try:
        strokes = checked_strokes(strokes_of(f"{path}.pad"))
        pixels = to_text(drawn(strokes, BRUSHES[st.session_state.get(f"{path}.brush", "middle")])) if strokes else ""
    except DataError as error:
        complain(str(error))
        return
    change_view(prefix, part, pixels=pixels)


def draw_typing(prefix: str, part: str) -> None:
    """Draw the field for typing a digit, for visitors without a pointer."""
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


def draw_upload(prefix: str, part: str, content: Content) -> None:
    """Draw the uploader for a picture, with its corrections; update `content` with the digit on it."""
    path = f"{prefix}.{part}"
    file = st.file_uploader(
        "Picture of a digit",
        ["png", "jpg", "jpeg", "webp"],
        key=f"{path}.file",
        help="A dark digit on bright paper, or a bright one on dark ground. It stays on this machine.",
    )
    if st.toggle("Take a photograph instead", key=f"{path}.with_camera"):
        file = st.camera_input("Photograph of a digit", key=f"{path}.camera") or file
    left, right = st.columns([3, 2])
    ground: Any = left.selectbox(
        "Background", ["automatic", "bright", "dark"], key=f"{path}.ground", help="What the digit stands on."
    )
    threshold = right.slider(
        "Threshold",
        0.0,
        1.0,
        MIDDLE,
        0.05,
        key=f"{path}.threshold",
        help="Higher: only the darkest strokes count as ink.",
    )
    picture = read_upload(file)
    if picture is None:
        return
    try:
        content["pixels"] = to_text(digit_on(read_picture(picture), ground, threshold))
    except DataError as error:
        # The previous digit stays.
        fail(str(error))
