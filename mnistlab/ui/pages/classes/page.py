"""The page Classes."""

from functools import partial
from typing import Any

import streamlit as st

from mnistlab.analysis.receptive import shown_layers
from mnistlab.engine.tasks.surveys import survey_key, survey_test_set
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.views import ClassesLink, ClassesView
from mnistlab.results.readings import Survey
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.asking import kept, wait_for_answers
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.pages.classes.confusions import draw_confusions, draw_unclear
from mnistlab.ui.pages.classes.pattern import choose_pattern, draw_pattern
from mnistlab.ui.pages.classes.plane import draw_plane
from mnistlab.ui.pages.classes.reasons import choose_reasons, draw_reasons
from mnistlab.ui.pages.classes.robust import draw_robust
from mnistlab.ui.pages.classes.unsure import draw_unsure
from mnistlab.ui.pages.classes.wrong_labels import draw_wrong_labels
from mnistlab.ui.parts.terms import introduce
from mnistlab.ui.parts.text import tell
from mnistlab.ui.shell.epochs import choose_epoch
from mnistlab.ui.shell.frame import data_in_use, unreadable_digits
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.tabs import choose_tab
from mnistlab.ui.state.views import begin_view, change_view, finish_view

PREFIX = "cls"
MISTAKES, POINTS, PLANE = "mistakes", "points", "plane"
REASONS, UNSURE, LABELS, ROBUST = "reasons", "unsure", "labels", "robust"
TABS = {
    MISTAKES: "Mistakes",
    REASONS: "What it looks at",
    UNSURE: "“I don’t know”",
    LABELS: "Wrong labels",
    ROBUST: "How much change it bears",
    POINTS: "What tells two apart",
    PLANE: "All digits on one map",
}
# A link without a tab, as all older links are, means the tab of its other choices.
CHOICES_OF_TABS = {
    POINTS: ("label_a", "label_b", "layer", "active", "common", "unique", "digits", "throw"),
    PLANE: ("plane", "kept"),
    ROBUST: ("change", "beside"),
}
# Height of a tab, in pixels on a wide page.
TAB_HEIGHT = 900


def draw_classes() -> None:
    """Draw the page."""
    st.title("What makes a 4 a 4?")
    introduce(
        "Which digits does the network confuse, and which is it unsure of? Which [[points]], single [[node|nodes]] of single [[map|maps]], "
        "fire for most digits of one class but few of another? And which digits are alike to it?",
        "FCP",
        "OIP",
        "pixel",
        "confusion matrix",
        "accuracy",
        "PCA",
        "t-SNE",
        "epoch",
    )
    content = begin_view(ClassesLink, PREFIX)
    data = data_in_use()
    model, network = choose_epoch(PREFIX, content)
    names = [layer.row.name for layer in shown_layers(network.recipe)]
    if content["layer"] not in names:
        last = [layer.row.name for layer in shown_layers(network.recipe) if layer.kind == "convolution"][-1]
        change_view(PREFIX, "", layer=last)
    if sentence := unreadable_digits():
        tell(sentence)
        finish_view(ClassesLink, PREFIX)
        return
    shown, container = choose_tab(PREFIX, TABS, content.get("tab") or _meant(content))
    if shown in (REASONS, LABELS):
        draw_other = _draw_reasons if shown == REASONS else _draw_labels
        draw_other(content, container, model, network, data)
        return
    survey = kept(survey_key(network.digest, data), Survey, survey_test_set, model, data)
    with container:
        if shown == POINTS:
            choose_pattern(PREFIX, content, names, data)
        elif shown == ROBUST:
            draw_robust(PREFIX, content, model, data)
        elif isinstance(survey, Unanswered):
            draw_answer(f"{PREFIX}-{shown}", survey, lambda _: None, TAB_HEIGHT)
        elif shown == MISTAKES:
            draw_confusions(PREFIX, content, survey, data)
            st.header("Unclear digits")
            draw_unclear(PREFIX, content, survey, data)
        elif shown == UNSURE:
            draw_unsure(PREFIX, content, survey, network.digest, data)
        else:
            draw_plane(PREFIX, content, survey, model, network, data)
    view = finish_view(ClassesLink, PREFIX).cls
    if shown == POINTS:
        with container:
            draw_answer(
                f"{PREFIX}-{shown}",
                survey,
                partial(draw_pattern, view, model=model, network=network, data=data),
                TAB_HEIGHT,
            )
    wait_for_answers()


def _draw_reasons(content: Content, container: Any, model: str, network: StoredNetwork, data: DataName) -> None:
    with container:
        choose_reasons(PREFIX, content, data)
    view = finish_view(ClassesLink, PREFIX).cls
    with container:
        draw_reasons(view, PREFIX, model, network, data)
    wait_for_answers()


def _draw_labels(content: Content, container: Any, _: str, network: StoredNetwork, data: DataName) -> None:
    with container:
        draw_wrong_labels(PREFIX, content, network, data)
    finish_view(ClassesLink, PREFIX)


def _meant(content: Content) -> str:
    usual = ClassesView().model_dump(mode="json")
    for tab, names in CHOICES_OF_TABS.items():
        if any(content.get(name) != usual.get(name) for name in names):
            return tab
    return MISTAKES
