"""The page Explain."""

import hashlib
from functools import partial

import streamlit as st

from mnistlab.analysis.reading import is_known
from mnistlab.analysis.why import Explanation, Target, explain
from mnistlab.data.inputs import Input, find_input
from mnistlab.data.scaling import scaled
from mnistlab.errors import MnistlabError
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.explain_view import ExplainLink, ExplainView
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.asking import wait_for_answers
from mnistlab.ui.answers.shared import kept_here
from mnistlab.ui.pages.explain.chain import draw_chain
from mnistlab.ui.pages.explain.looked_at import draw_looked_at
from mnistlab.ui.pages.explain.methods import draw_methods
from mnistlab.ui.pages.explain.question import choose_question, target_of
from mnistlab.ui.pages.explain.shown import Shown
from mnistlab.ui.pages.explain.trials import draw_trials
from mnistlab.ui.pages.explain.turned import draw_turned
from mnistlab.ui.pages.explain.used import draw_used
from mnistlab.ui.pages.explain.verdict import draw_verdict
from mnistlab.ui.pages.explain.without import draw_without
from mnistlab.ui.parts.terms import introduce
from mnistlab.ui.parts.text import tell
from mnistlab.ui.picker.digit_on_picture import draw_doubts
from mnistlab.ui.picker.digit_picker import NOTHING_YET, draw_edits, draw_picker
from mnistlab.ui.shell.epochs import choose_epoch
from mnistlab.ui.shell.frame import choices_and_result, data_in_use
from mnistlab.ui.state.tabs import choose_tab
from mnistlab.ui.state.views import begin_view, finish_view

PREFIX = "why"
# Digits of the list per row, in the column of choices.
COLUMNS = 4
# Of the column of results; that of the choices has 2.
WIDE = 4
TABS = {
    "part": "This part",
    "without": "Without maps",
    "used": "All test digits",
    "methods": "Methods",
    "tested": "Which to trust",
    "change": "What changes it",
}
TABS_DRAWN = {
    "part": draw_looked_at,
    "without": draw_without,
    "used": draw_used,
    "methods": draw_methods,
    "tested": draw_trials,
    "change": draw_turned,
}


def draw_explain() -> None:
    """Draw the page."""
    st.title("Why this answer?")
    introduce(
        "Every answer is a sum: each [[pixel]], each [[map]] and each [[node]] adds something to it, or takes something away.",
        "weights",
        "bias",
        "kernel",
        "OIP",
        "standardised",
        "relu",
        "convolution",
        "dense layer",
        "receptive field",
        "epoch",
    )
    content = begin_view(ExplainLink, PREFIX)
    choices, result = choices_and_result(WIDE)
    with choices:
        model, network = choose_epoch(PREFIX, content)
        data = data_in_use()
        choose_question(PREFIX, content, network)
        draw_picker(PREFIX, "digit", content, data, model, network.digest, COLUMNS)
        with st.container(key="why-edit"):
            draw_edits(PREFIX, "digit", content)
    view = finish_view(ExplainLink, PREFIX).why
    with result:
        digit = _digit(view, data)
        if digit is not None:
            _draw_result(view, model, network, digit, data)
    wait_for_answers()


def _draw_result(view: ExplainView, model: str, network: StoredNetwork, digit: Input, data: DataName) -> None:
    if not is_known(network.recipe):
        tell("This network has layers that are not explained here.")
        return
    shown = Shown(view, model, network, data, digit, explained(network, digit, target_of(view, network)))
    draw_verdict(shown)
    draw_doubts(PREFIX, view.digit)
    # Close together, so that the whole chain is on the first screen.
    with st.container(gap="xsmall"):
        draw_chain(PREFIX, shown)
    tab, below = choose_tab(PREFIX, TABS, view.tab)
    with below:
        TABS_DRAWN[tab](PREFIX, shown)


def explained(network: StoredNetwork, digit: Input, target: Target) -> Explanation:
    """Return the explanation, kept for all visitors."""
    picture = hashlib.sha256(digit.image.tobytes()).hexdigest()
    recipe = network.recipe
    make = partial(explain, recipe, network.weights, scaled(digit.image[None], recipe.scaling)[0], target)
    return kept_here(f"why/{network.digest}/{picture}/{target}", make)


def _digit(view: ExplainView, data: DataName) -> Input | None:
    """Return the digit, or say why there is none."""
    if view.digit.source == "drawing" and not view.digit.pixels:
        tell(NOTHING_YET[view.picker.hand])
        return None
    try:
        return find_input(view.digit, data)
    except MnistlabError as error:
        tell(str(error))
        return None
