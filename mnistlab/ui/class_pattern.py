"""The part of the page Classes that shows which points tell class A from class B."""

from typing import Any

import numpy as np
import streamlit as st

from mnistlab.engine import questions
from mnistlab.figures import patterns as pattern_figures
from mnistlab.patterns import Pattern, pattern, place_of, telling
from mnistlab.receptive import stage_of
from mnistlab.recipes.training import DataName
from mnistlab.recipes.views import ClassesView
from mnistlab.store.answers import Arrays
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.asking import kept
from mnistlab.ui.frame import shared_parameters
from mnistlab.ui.recipe_form import choices_of

TELLING = 8
CHART = {"displayModeBar": False}


def choose_pattern(prefix: str, content: dict[str, Any], layers: list[str]) -> None:
    """Draw the choices of classes, layer and thresholds."""
    one, two, three = st.columns([1, 1, 2])
    for column, name in ((one, "label_a"), (two, "label_b")):
        key = f"{prefix}.{name}"
        st.session_state.setdefault(key, content[name])
        title = ClassesView.model_fields[name].title or name
        content[name] = column.selectbox(title, range(10), key=key, help=ClassesView.model_fields[name].description)
    key = f"{prefix}.layer"
    st.session_state.setdefault(key, content["layer"])
    content["layer"] = three.selectbox("Layer", layers, key=key, help=ClassesView.model_fields["layer"].description)
    for column, name in zip(st.columns(3), ("active", "common", "unique"), strict=True):
        with column:
            content |= choices_of(ClassesView, content, prefix, (name,))


def draw_pattern(view: ClassesView, survey: Arrays, model: str, network: StoredNetwork, data: DataName) -> None:
    """Draw the pattern of class A against B, the control, and the most telling points."""
    arguments = (data, view.label_a, view.label_b, view.layer, view.active)
    if view.label_a == view.label_b:
        st.info("Choose two different classes.")
        return
    key = questions.pattern_key(network.digest, *arguments)
    counted, why_not = kept(key, questions.count_points, model, *arguments)
    if counted is None:
        st.caption(why_not)
        return
    in_a, in_b = counted["counts"] / np.maximum(counted["sizes"], 1)[:, None]
    found = pattern(in_a, in_b, view.common, view.unique)
    shape = stage_of(network.recipe, view.layer).row.shape
    by_chance = counted["shuffled"] / np.maximum(counted["sizes"], 1)[:, None]
    chance = [int(pattern(one, other, view.common, view.unique).unique.sum()) for one, other in by_chance]
    row = st.container(horizontal=True)
    row.metric("Unique points, red", int(found.unique.sum()))
    row.metric("Common to both, yellow", int(found.shared.sum()))
    row.metric(
        "Unique with shuffled labels",
        f"{np.mean(chance):.1f}",
        help=f"The labels of the same digits shuffled {len(chance)} times; the most in one shuffle: {max(chance)}.",
    )
    mean = survey[f"{view.layer}/mean"][view.label_a].reshape(shape)
    text = pattern_figures.sentence(found, shape, view.label_a, view.label_b)
    st.plotly_chart(pattern_figures.figure(found, mean), key="cls|pattern", config=CHART, alt=text)
    st.caption(f"{text} Below the marks: the mean over all {view.label_a}s the network reads right.")
    _telling(found, view, shape)


def _telling(found: Pattern, view: ClassesView, shape: tuple[int, ...]) -> None:
    points = telling(found, TELLING)
    if not len(points):
        return
    st.header("The most telling points")
    for point in points:
        index, row, column = place_of(int(point), shape)
        place = f"node {index}" if len(shape) == 1 else f"map {index}, row {row}, column {column}"
        st.page_link(
            "pages/activations.py",
            label=f"{place}: active in {100 * found.in_a[point]:.0f} % of the {view.label_a}s "
            f"and {100 * found.in_b[point]:.0f} % of the {view.label_b}s",
            icon=":material/arrow_forward:",
            query_params={
                **shared_parameters(),
                "act.layer": view.layer,
                "act.map_index": str(index),
                "act.row": str(row),
                "act.column": str(column),
            },
        )
