"""A pad for drawing a digit with mouse, finger, pen or keys; it sends strokes, not pixels."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnistlab.ui.parts.component import component, room


def draw_pad(key: str, brush: float, on_change: Callable[[], Any]) -> None:
    """Draw the pad; `strokes_of(key)` returns the drawing.

    Arguments:
        key: key of its state.
        brush: width in pixels of the final digit, for the display while drawing.
        on_change: called after each stroke, and several times a second during one.
    """
    # The pad, and its buttons below it.
    with room(key, "aspect-ratio: 20 / 23; max-width: 20rem;"):
        component(__file__)(key=key, data={"brush": brush}, default={"strokes": []}, on_strokes_change=on_change)


def strokes_of(key: str) -> Any:
    """Return the latest value from the pad, unchecked: it comes from a browser."""
    state = st.session_state.get(key)
    return [] if state is None else state.get("strokes", [])
