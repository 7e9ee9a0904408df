"""The page Home."""

import numpy as np
import streamlit as st

from mnistlab.data.sources import first_digits, source_in_use
from mnistlab.engine.tasks.digits import read_digits
from mnistlab.errors import DataError
from mnistlab.recipes.data_sets import EMBEDDED, data_set
from mnistlab.ui.answers.asking import Unanswered, answer, wait_for_answers
from mnistlab.ui.answers.waiting import draw_waiting
from mnistlab.ui.pages.home.digits_row import draw_digits
from mnistlab.ui.parts.text import warn
from mnistlab.ui.shell.frame import model_in_use, network_in_use, way_to
from mnistlab.ui.shell.menu import PAGES
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
    images, labels = _one_of_each(throw)
    _predictions(images, labels, throw)
    st.button("Ten others", icon=":material/casino:", on_click=_throw_again)
    st.header("Where to go from here")
    ways = [(script, page) for script, page in PAGES.items() if page.way]
    for first in range(0, len(ways), WAYS_IN_A_ROW):
        for column, (script, page) in zip(st.columns(WAYS_IN_A_ROW), ways[first:], strict=False):
            with column.container(border=True, height="stretch"):
                st.page_link(
                    script, label=f"**{page.way}**", icon=":material/arrow_forward:", query_params=way_to(script)
                )
                st.markdown(page.what)
    wait_for_answers()


def _throw_again() -> None:
    st.session_state["home_throw"] = st.session_state.get("home_throw", 0) + 1


def _one_of_each(throw: int) -> tuple[np.ndarray, np.ndarray]:
    """Return one test digit of each class, others for each throw."""
    test_set = source_in_use()[0].name
    try:
        test = first_digits(test_set, "test", CHOSEN_FROM)
    except DataError as error:
        warn(f"{error} The embedded digits are shown instead.")
        test_set = EMBEDDED.name
        test = first_digits(test_set, "test", CHOSEN_FROM)
    generator = np.random.default_rng(throw)
    chosen = [
        int(generator.choice(np.flatnonzero(test.labels == label))) for label in range(len(data_set(test_set).classes))
    ]
    return test.images[chosen], test.labels[chosen]


def _predictions(images: np.ndarray, labels: np.ndarray, throw: int) -> None:
    source, _ = source_in_use()
    key = f"ten/{network_in_use().digest}/{source.title}/{throw}"
    outputs = answer(key, read_digits, model_in_use(), images)
    if isinstance(outputs, Unanswered):
        draw_digits(images, labels, None, network_in_use().classes)
        draw_waiting(outputs)
    else:
        draw_digits(images, labels, outputs, network_in_use().classes)
