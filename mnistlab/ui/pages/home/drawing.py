"""A pad on which a visitor draws a digit that is read while they draw."""

from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.judgement import probabilities
from mnistlab.data.drawing import BRUSHES, checked_strokes, drawn, from_text, to_text
from mnistlab.errors import DataError
from mnistlab.recipes.digit import DigitChoice
from mnistlab.ui.answers.reading import readings
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.parts.complaints import complain, draw_complaints
from mnistlab.ui.parts.drawing_pad import draw_pad, strokes_of
from mnistlab.ui.parts.readings import as_bars, doubt, in_words
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell.frame import network_in_use, shared_parameters
from mnistlab.ui.shell.map_links import draw_explain_link

PAD, DRAWN = "home.pad", "home.drawn"


@st.fragment
def draw_drawing() -> None:
    """Draw the pad and what the network in use makes of what is on it."""
    draw_complaints()
    draw_pad(PAD, BRUSHES["middle"], _take_strokes)
    pixels: str = st.session_state.get(DRAWN, "")
    network = network_in_use()
    if not pixels:
        st.html(as_bars(np.zeros(len(network.classes)), network.classes))
        st.caption("It is read as you draw.")
        return
    draw_answer(
        "home-drawing", readings(f"drawing {pixels}", from_text(pixels)[None]), partial(_draw_reading, pixels), 120
    )


def _draw_reading(pixels: str, outputs: NDArray[np.float32]) -> None:
    network = network_in_use()
    shares = probabilities(outputs[0])
    words = in_words(shares, network.classes)
    st.html(as_bars(shares, network.classes))
    note(" ".join([f"{words[0].upper()}{words[1:]}.", *doubt(shares)]))
    links = st.container(horizontal=True)
    links.page_link(
        "pages/activations.py",
        label="Look inside with it",
        icon=":material/arrow_forward:",
        query_params={**shared_parameters(), "act.digit.source": "drawing", "act.digit.pixels": pixels},
    )
    draw_explain_link(DigitChoice(source="drawing", pixels=pixels), links)


def _take_strokes() -> None:
    try:
        strokes = checked_strokes(strokes_of(PAD))
        st.session_state[DRAWN] = to_text(drawn(strokes, BRUSHES["middle"])) if strokes else ""
    except DataError as error:
        complain(str(error))
