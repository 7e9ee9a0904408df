"""The part of the page Classes with “I don’t know”: what is gained by answering only where the network is certain, and whether its certainty can be believed."""

import numpy as np
import streamlit as st

from mnistlab.analysis.certainty import Certainty, answered, reliability, tradeoff
from mnistlab.analysis.judgement import misread
from mnistlab.brought_sets import known_set
from mnistlab.data.sources import digits
from mnistlab.figures import certainty as figures
from mnistlab.figures.digit_sheets import digit_sheet, sentence
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.views import ClassesView
from mnistlab.results.readings import Survey
from mnistlab.ui.answers.shared import kept_here
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.pages.classes.to_explain import open_explain
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import note
from mnistlab.ui.state.content import Content
from mnistlab.wording import class_names, short_names

# What a network says is crowded near 1, so that equal steps would leave nothing to choose there.
THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 1.0)
# Mistakes that are shown, and per row.
SHOWN, COLUMNS = 12, 12


def draw_unsure(prefix: str, content: Content, survey: Survey, digest: str, data: DataName) -> None:
    """Draw the threshold, what comes of it, and how far the network's certainty can be believed.

    Arguments:
        prefix: prefix of the page's view.
        content: content of the view, which is updated.
        survey: survey of the network over the test digits.
        digest: of the network.
        data: the set of the test digits.
    """
    certainty = Certainty.of(survey.outputs, survey.labels)
    threshold = _choose(prefix, content)
    chosen = answered(certainty, threshold)
    text = figures.answered_sentence(chosen, answered(certainty, 0.0))
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("Whoever is allowed to say “I don’t know” makes fewer mistakes. How many answers does that cost?")
        draw_chart(figures.tradeoff_chart(*tradeoff(certainty), chosen), f"{prefix}|answered", text)
        note(text)
    with right:
        st.markdown("If it says 90 %, is it right in 90 of 100 cases? Then its word can be taken.")
        found = kept_here(f"reliability/{digest}/{data}", lambda: reliability(certainty))
        words = f"{figures.reliability_sentence(found)} {figures.worst_sentence(found)}".strip()
        draw_chart(figures.reliability_chart(found), f"{prefix}|reliability", words)
        note(words)
    _draw_mistakes(prefix, content, survey, certainty, threshold, data)


def _choose(prefix: str, content: Content) -> float:
    field, key = ClassesView.model_fields["sure"], f"{prefix}.sure"
    shown = float(content.get("sure", ClassesView().sure))
    # (A link may name any other.)
    options = sorted({*THRESHOLDS, shown})
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)
    threshold: float = st.select_slider(
        field.title or key,
        options,
        begin_with(key, shown),
        format_func=lambda share: f"{100 * share:.12g} %",
        key=key,
        help=field.description,
    )
    content["sure"] = threshold
    return threshold


def _draw_mistakes(
    prefix: str, content: Content, survey: Survey, certainty: Certainty, threshold: float, data: DataName
) -> None:
    """Draw the mistakes that are made all the same."""
    wrong = misread(survey.outputs, survey.labels)
    wrong = wrong[certainty.shares[wrong] >= threshold]
    if not len(wrong):
        note("No mistake is left.")
        return
    few = wrong[:SHOWN]
    names = class_names(known_set(data).classes, survey.outputs.shape[1])
    heads, read = short_names(names), survey.outputs[few].argmax(axis=1)
    words = [
        f"{heads[label]}→{heads[answer]} {100 * share:.1f} %"
        for label, answer, share in zip(survey.labels[few], read, certainty.shares[few], strict=True)
    ]
    st.markdown("Sure, and wrong: the mistakes that are left, the most certain first. Choose one to have it explained.")
    number = pick_cell(
        digit_sheet(digits(data, "test").images[few], few, words, COLUMNS),
        f"{prefix}|sure.wrong",
        sentence([names[label] for label in survey.labels[few]], few),
        narrow=4,
    )
    if number is not None:
        place = int(np.flatnonzero(few == number)[0])
        open_explain(number, int(read[place]), int(survey.labels[number]), int(content["epoch"]))
