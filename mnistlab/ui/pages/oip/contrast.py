"""How the page shows patterns: their greys spread out, or as they are."""

from typing import Any

import streamlit as st

from mnistlab.patterns.contrast import enhanced, plain

# "enhanced" or "plain", and centre and strength of the enhancement.
Contrast = tuple[str | None, float, float]
CENTRE, STRENGTH = 0.0, 1.5


def choose_contrast() -> Contrast:
    """Draw the choice, and return what is chosen."""
    row = st.container(key="oip-contrast", horizontal=True, vertical_alignment="bottom")
    contrast = row.segmented_control(
        "Show",
        ["enhanced", "plain"],
        default="enhanced",
        key="oip.contrast",
        required=True,
        label_visibility="collapsed",
    )
    with row:
        return contrast, *(_sliders() if contrast == "enhanced" else (0.0, 0.0))


def contrast_now() -> Contrast:
    """Return the contrast that is chosen, for what stands below the choice."""
    state = st.session_state
    return state.get("oip.contrast", "enhanced"), state.get("oip.centre", CENTRE), state.get("oip.strength", STRENGTH)


def shown_with(contrast: Contrast, images: Any) -> Any:
    """Return patterns (..., 28, 28) float32 as greys uint8."""
    kind, centre, strength = contrast
    return enhanced(images, centre, strength) if kind == "enhanced" else plain(images)


def _sliders() -> tuple[float, float]:
    with st.popover("Contrast", icon=":material/contrast:"):
        centre = st.slider("Centre", -1.0, 1.0, CENTRE, 0.05, key="oip.centre", help="The value that becomes mid grey.")
        strength = st.slider(
            "Strength", 0.5, 5.0, STRENGTH, 0.1, key="oip.strength", help="How far the middle is spread."
        )
    return float(centre), float(strength)
