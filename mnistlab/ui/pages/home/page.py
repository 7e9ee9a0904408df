"""The page Home."""

import numpy as np
import streamlit as st

from mnistlab.data.sources import first_digits
from mnistlab.engine.tasks.digits import read_digits
from mnistlab.errors import DataError
from mnistlab.ui.answers.asking import answer, wait_for_answers
from mnistlab.ui.pages.home.digits_row import draw_digits
from mnistlab.ui.parts.text import note, warn
from mnistlab.ui.shell import services
from mnistlab.ui.shell.frame import model_in_use, network_in_use, way_to
from mnistlab.ui.state import links

WAYS_IN_A_ROW = 3
# The ten are taken from so many: drawing all 10,000 embedded digits would keep the first visitor waiting.
CHOSEN_FROM = 1_000
INTRODUCTION = """
mnistlab is a laboratory for one small convolutional network that reads handwritten digits.
You can train it before your eyes, see what every map makes of a digit, find the pattern each map is looking for, and let it dream in a photo.
Below you see what the network in use makes of ten digits it has never been trained on.
"""


def draw_home() -> None:
    """Draw the page."""
    links.write({})
    st.title("Look inside a small network")
    st.markdown(INTRODUCTION)
    st.header("What the network makes of ten digits")
    throw = st.session_state.setdefault("home_throw", 0)
    images, labels = _ten_digits(throw)
    _predictions(images, labels, throw)
    st.button("Ten others", icon=":material/casino:", on_click=_throw_again)
    st.header("Where to go from here")
    ways = (
        (
            "pages/train.py",
            "Train a network",
            "Choose layers and optimiser, press Start, and watch loss and accuracy move.",
        ),
        (
            "pages/activations.py",
            "Look inside",
            "Pick or draw a digit and see what every map of every layer makes of it.",
        ),
        (
            "pages/classes.py",
            "Compare classes",
            "What all 4s share that 9s do not, and which digits the network is unsure of.",
        ),
        (
            "pages/oip.py",
            "Find what a map looks for",
            "Grow the pattern it reacts to most out of random fluctuations, step by step.",
        ),
        (
            "pages/atlas.py",
            "Open the atlas",
            "The patterns of all 128 maps of the last convolution side by side, each with its story.",
        ),
        (
            "pages/dream.py",
            "Let it dream",
            "The network's patterns carved into a photo of yours, its quadrants, and theirs.",
        ),
        ("pages/lab.py", "See the lab", "All runs so far, what is being worked on, and which digits are at hand."),
    )
    for first in range(0, len(ways), WAYS_IN_A_ROW):
        for column, (page, label, text) in zip(st.columns(WAYS_IN_A_ROW), ways[first:], strict=False):
            with column.container(border=True, height="stretch"):
                st.page_link(page, label=f"**{label}**", icon=":material/arrow_forward:", query_params=way_to(page))
                st.markdown(text)
    wait_for_answers()


def _throw_again() -> None:
    st.session_state["home_throw"] = st.session_state.get("home_throw", 0) + 1


def _ten_digits(throw: int) -> tuple[np.ndarray, np.ndarray]:
    """Return one test digit of each class, others for each throw."""
    source, _ = services.source_in_use()
    try:
        test = first_digits(source.name, "test", CHOSEN_FROM)
    except DataError as error:
        warn(f"{error} The embedded digits are shown instead.")
        test = first_digits("embedded", "test", CHOSEN_FROM)
    generator = np.random.default_rng(throw)
    chosen = [int(generator.choice(np.flatnonzero(test.labels == label))) for label in range(10)]
    return test.images[chosen], test.labels[chosen]


def _predictions(images: np.ndarray, labels: np.ndarray, throw: int) -> None:
    source, _ = services.source_in_use()
    key = f"ten/{network_in_use().digest}/{source.title}/{throw}"
    outputs, why_not = answer(key, read_digits, model_in_use(), images)
    draw_digits(images, labels, outputs)
    if outputs is None:
        note(why_not)
