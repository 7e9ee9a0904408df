"""The page Classes."""

import streamlit as st

from mnistlab.analysis.receptive import stages
from mnistlab.data.sources import source_in_use
from mnistlab.engine.tasks.surveys import survey_key, survey_test_set
from mnistlab.recipes.views import ClassesLink
from mnistlab.results.readings import Survey
from mnistlab.ui.answers.asking import Unanswered, kept, wait_for_answers
from mnistlab.ui.answers.waiting import draw_waiting
from mnistlab.ui.pages.classes.confusions import draw_confusions, draw_unclear
from mnistlab.ui.pages.classes.pattern import choose_pattern, draw_pattern
from mnistlab.ui.pages.classes.plane import draw_plane
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell.epochs import choose_epoch
from mnistlab.ui.state.views import begin_view, change_view, finish_view

PREFIX = "cls"


def draw_classes() -> None:
    """Draw the page."""
    st.title("What makes a 4 a 4?")
    st.markdown(
        "A **point** is one node of one map. Which points fire for most digits of one class but few of another? "
        "And which digits does the network confuse, or is it unsure of?"
    )
    content = begin_view(ClassesLink, PREFIX)
    data = source_in_use()[0].name
    model, network = choose_epoch(PREFIX, content)
    names = [stage.row.name for stage in stages(network.recipe)]
    if content["layer"] not in names:
        last = [stage.row.name for stage in stages(network.recipe) if stage.kind == "convolution"][-1]
        change_view(PREFIX, "", layer=last)
    st.header("Points that tell two classes apart")
    choose_pattern(PREFIX, content, names, data)
    place = st.container()
    key = survey_key(network.digest, data)
    survey = kept(key, Survey, survey_test_set, model, data)
    st.header("Confusion matrix")
    if isinstance(survey, Unanswered):
        draw_waiting(survey)
    else:
        draw_confusions(PREFIX, content, survey, data)
        st.header("Unclear digits")
        draw_unclear(PREFIX, content, survey, data)
        st.header("All test digits on one map")
        draw_plane(PREFIX, content, survey, model, network, data)
    view = finish_view(ClassesLink, PREFIX).cls
    with place:
        if isinstance(survey, Unanswered):
            note(survey.sentence)
        else:
            draw_pattern(view, survey, model, network, data)
    wait_for_answers()
