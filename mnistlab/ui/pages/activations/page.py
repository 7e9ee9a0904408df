"""The page Activations."""

from functools import partial

import numpy as np
import streamlit as st

from mnistlab.analysis.receptive import shown_layer
from mnistlab.data.inputs import Input, find_input
from mnistlab.engine.tasks.surveys import survey_key, survey_test_set
from mnistlab.errors import MnistlabError
from mnistlab.exports.activations import activation_files
from mnistlab.exports.bundle import zipped
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.views import NOTHING, ActivationsLink, ActivationsView
from mnistlab.results.readings import Survey
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.asking import kept, layer_outputs, wait_for_answers
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.pages.activations.ablation import factors_of
from mnistlab.ui.pages.activations.answer import Reading, Shown
from mnistlab.ui.pages.activations.large_map import draw_numbers
from mnistlab.ui.pages.activations.layers import choose_layer
from mnistlab.ui.pages.activations.maps import draw_maps
from mnistlab.ui.pages.activations.questions import choose_question, draw_question
from mnistlab.ui.pages.activations.verdict import draw_digit, draw_pin, draw_verdict
from mnistlab.ui.parts.exports import draw_export
from mnistlab.ui.parts.terms import introduce
from mnistlab.ui.parts.text import tell
from mnistlab.ui.picker.digit_on_picture import draw_doubts
from mnistlab.ui.picker.digit_picker import NOTHING_YET, draw_edits, draw_picker
from mnistlab.ui.shell.epochs import choose_epoch
from mnistlab.ui.shell.frame import data_in_use, unreadable_digits
from mnistlab.ui.shell.map_links import draw_explain_link
from mnistlab.ui.state.recipe_form import choices_of
from mnistlab.ui.state.views import begin_view, finish_view

PREFIX = "act"
# Heights of the parts that are filled in later, in pixels on a wide page.
MAPS_HEIGHT, NODES_HEIGHT, NUMBERS_HEIGHT, QUESTION_HEIGHT = 482, 150, 70, 700

# Of a dense layer, drawn in one row.
FEW_NODES = 10


def draw_activations() -> None:
    """Draw the page."""
    st.title("How each layer sees a digit")
    introduce(
        "Each small picture is a [[map]]: one [[kernel]] laid on every place of the digit, bright where it fits.",
        "node",
        "pixel",
        "weights",
        "bias",
        "relu",
        "pool",
        "convolution",
        "dense layer",
        "receptive field",
        "standardised",
        "epoch",
    )
    content = begin_view(ActivationsLink, PREFIX)
    data = data_in_use()
    model, network = choose_epoch(PREFIX, content)
    left, verdict = st.columns([3, 2], gap="medium")
    with left:
        draw_picker(PREFIX, "digit", content, data, model, network.digest)
        tools = st.container(key="act-tools", horizontal=True, vertical_alignment="center")
    choose_layer(PREFIX, content, network.recipe)
    maps, settings, numbers = st.container(), st.container(horizontal=True), st.container()
    with tools:
        draw_edits(PREFIX, "digit", content)
    with settings.container(key="act-colours").popover("Colours and scale", icon=":material/palette:"):
        content |= choices_of(ActivationsView, content, PREFIX, ("scale", "colours"))
    with st.container(key="act-questions"):
        question, container = choose_question(PREFIX, content)
    view = finish_view(ActivationsLink, PREFIX).act
    with tools:
        draw_pin(PREFIX, view)
        draw_explain_link(view.digit)
    digits = _digits(view, data)
    if digits:
        reading = _read(view, model, network, data, digits)
        with verdict:
            draw_answer(
                f"{PREFIX}-verdict",
                reading,
                partial(draw_verdict, PREFIX),
                partial(draw_digit, PREFIX, digits[0][1]),
                silent=True,
            )
            draw_doubts(PREFIX, view.digit)
        with maps:
            draw_answer(f"{PREFIX}-maps", reading, partial(draw_maps, PREFIX), _height(view, network))
        with numbers:
            draw_answer(f"{PREFIX}-numbers", reading, partial(draw_numbers, PREFIX), NUMBERS_HEIGHT, silent=True)
        images = np.stack([digit.image for _, digit in digits])
        factors = factors_of(view)
        draw_export(settings, PREFIX, lambda: zipped(activation_files(network, view.layer, images, factors)))
        with container:
            draw = partial(draw_question, PREFIX, view, question)
            draw_answer(f"{PREFIX}-question-{question}", reading, draw, QUESTION_HEIGHT, silent=True)
    wait_for_answers()


def _read(
    view: ActivationsView, model: str, network: StoredNetwork, data: DataName, digits: list[tuple[int, Input]]
) -> Reading | Unanswered:
    """Return the outputs for digits and their slots, the main one first."""
    survey = _survey(model, network, data)
    factors = factors_of(view)
    seen = layer_outputs(model, network.digest, [digit.image for _, digit in digits], factors)
    plain = layer_outputs(model, network.digest, [digits[0][1].image]) if factors else seen
    if isinstance(seen, Unanswered):
        return seen
    if isinstance(plain, Unanswered):
        return plain
    shown = [Shown(slot, digit, layers) for (slot, digit), layers in zip(digits, seen, strict=True)]
    return Reading(view, model, network, data, survey, shown, plain[0])


def _height(view: ActivationsView, network: StoredNetwork) -> int:
    """Return the height of the layer's maps, in pixels on a wide page; few nodes are one row."""
    shape = shown_layer(network.recipe, view.layer).row.shape
    return NODES_HEIGHT if len(shape) == 1 and shape[0] <= FEW_NODES else MAPS_HEIGHT


def _survey(model: str, network: StoredNetwork, data: DataName) -> Survey | Unanswered:
    key = survey_key(network.digest, data)
    sentence = unreadable_digits()
    return Unanswered(key, sentence) if sentence else kept(key, Survey, survey_test_set, model, data)


def _digits(view: ActivationsView, data: DataName) -> list[tuple[int, Input]]:
    """Return the digits to show and their slots, the main one first; empty if there is no main one."""
    digits = []
    for slot, choice in enumerate((view.digit, *view.beside), start=-1):
        if choice == NOTHING:
            continue
        if slot == -1 and choice.source == "drawing" and not choice.pixels:
            tell(NOTHING_YET[view.picker.hand])
            return []
        try:
            digits.append((slot, find_input(choice, data)))
        except MnistlabError as error:
            tell(str(error))
            if slot == -1:
                return []
    return digits
