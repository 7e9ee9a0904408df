"""A pad to draw a digit on with mouse, finger, pen or keys; it sends strokes, not pixels."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnistlab.ui.parts.component import component, room


def draw_pad(key: str, brush: float, on_change: Callable[[], Any]) -> None:
    """Draw the pad; what was drawn is found by `strokes_of(key)`.

    Arguments:
        key: of its state.
        brush: width in pixels of the finished digit, for what the visitor sees while drawing.
        on_change: called after each stroke, and several times a second during one.
    """
    # The pad, and its buttons below.
    with room(key, "aspect-ratio: 20 / 23; max-width: 20rem;"):
        component(__file__)(key=key, data={"brush": brush}, default={"strokes": []}, on_strokes_change=on_change)


def strokes_of(key: str) -> Any:
    """Return what the pad sent last; unchecked, it comes from a browser."""
    state = st.session_state.get(key)
    return [] if state is None else state.get("strokes", [])
