"""The parts of the page Classes with the confusion matrix and the unclear digits."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.judgement import confusion_matrix, in_cell, probabilities, unclear, worst_cell
from mnistlab.brought_sets import known_set
from mnistlab.data.sources import digits
from mnistlab.figures import confusion
from mnistlab.figures.digit_sheets import digit_sheet, sentence
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.views import ClassesView
from mnistlab.results.readings import Survey
from mnistlab.ui.mends.beginning import begin_at, begin_with
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.parts.text import inert, note
from mnistlab.ui.shell.frame import shared_parameters
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.views import change_view
from mnistlab.wording import class_names, short_names, with_article

# Digits on a sheet; and per row beside the matrix and on a narrow screen, and over the whole page.
SHEET, COLUMNS, WIDE = 24, 4, 8


def draw_confusions(prefix: str, content: Content, survey: Survey, data: DataName) -> None:
    """Draw the confusion matrix and the digits in the chosen cell."""
    outputs, labels = survey.outputs, survey.labels
    matrix = confusion_matrix(labels, outputs)
    names = class_names(known_set(data).classes, len(matrix))
    worst = worst_cell(matrix)
    left, right = st.columns([3, 4], gap="large")
    with right:
        first, second = st.columns(2)
        cell = (
            _digit_choice(first, prefix, content, data, "is_a", worst[0]),
            _digit_choice(second, prefix, content, data, "read_as", worst[1]),
        )
        chosen = in_cell(outputs, labels, *cell)
        draw_sheet(
            f"{prefix}|cell",
            chosen,
            survey,
            data,
            f"Of the {matrix[cell[0]].sum():,} digits that are {with_article(names[cell[0]])}, {len(chosen):,} {'is' if len(chosen) == 1 else 'are'} read as {names[cell[1]]}",
        )
    with left:
        key = f"{prefix}.shares"
        content["shares"] = st.toggle("Percent of the row", begin_with(key, content["shares"]), key=key)
        count = len(matrix)
        pick_cell(
            confusion.matrix_sheet(matrix, content["shares"], names),
            f"{prefix}|confusion",
            confusion.sentence(matrix, names),
            cell[0] * count + cell[1],
            lambda number: change_view(prefix, "", is_a=number // count, read_as=number % count),
        )
        note(confusion.sentence(matrix, names) + " Choose a cell to see its digits.")


def draw_unclear(prefix: str, content: Content, survey: Survey, data: DataName) -> None:
    """Draw the digits of a class with the smallest difference of their two largest probabilities."""
    st.markdown("The two largest probabilities of these digits are closest; the network could read them either way.")
    label = _digit_choice(st, prefix, content, data, "unclear", 4)
    order = unclear(survey.outputs)
    listed = order[survey.labels[order] == label]
    draw_sheet(
        f"{prefix}|unclear",
        listed[:SHEET],
        survey,
        data,
        f"The most unclear of {len(listed):,} digits that are {with_article(known_set(data).classes[label])}",
        WIDE,
    )


def _digit_choice(container: Any, prefix: str, content: Content, data: DataName, name: str, automatic: int) -> int:
    key = f"{prefix}.{name}"
    names = known_set(data).classes
    labels = range(len(names))
    shown = begin_at(key, labels, automatic if content[name] < 0 else content[name])
    field = ClassesView.model_fields[name]
    chosen: int = container.selectbox(
        field.title or name, labels, shown, format_func=names.__getitem__, key=key, help=field.description
    )
    if content[name] >= 0 or chosen != automatic:
        content[name] = chosen
    return chosen


def draw_sheet(
    key: str, numbers: NDArray[np.int64], survey: Survey, data: DataName, title: str, columns: int = COLUMNS
) -> None:
    """Draw digits with their two largest probabilities; a click on one opens it on the page Activations."""
    st.markdown(inert(f"{title}{f'; the first {SHEET} are shown' if len(numbers) > SHEET else ''}."))
    numbers = numbers[:SHEET]
    if not len(numbers):
        return
    shares = probabilities(survey.outputs[numbers])
    best = np.argsort(-shares, axis=1, kind="stable")[:, :2]
    names = class_names(known_set(data).classes, shares.shape[1])
    heads = short_names(names)
    words = [
        f"{heads[a]}: {share[a]:.2f}, {heads[b]}: {share[b]:.2f}" for (a, b), share in zip(best, shares, strict=True)
    ]
    images = digits(data, "test").images[numbers]
    number = pick_cell(
        digit_sheet(images, numbers, words, columns),
        key,
        sentence([names[label] for label in survey.labels[numbers]], numbers),
        narrow=COLUMNS,
    )
    if number is not None:
        st.switch_page("pages/activations.py", query_params={**shared_parameters(), "act.digit.index": str(number)})
