"""The part of the page Classes with the points that tell class A from class B."""

from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.class_points import Pattern, activity, pattern, position_of, telling
from mnistlab.analysis.conclusions import of_chance
from mnistlab.analysis.receptive import shown_layer
from mnistlab.brought_sets import known_set
from mnistlab.data.sources import digits
from mnistlab.engine.tasks.surveys import count_points, pattern_key, read_by_unique_points, reading_key
from mnistlab.exports.bundle import zipped
from mnistlab.exports.classes import class_files
from mnistlab.figures import patterns as pattern_figures
from mnistlab.figures.digit_sheets import digit_sheet, sentence
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.views import ClassesView
from mnistlab.results.readings import PointCounts, PointReading, Survey
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.asking import kept, layer_outputs
from mnistlab.ui.answers.shared import Layers
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.mends.beginning import begin_at, begin_with
from mnistlab.ui.parts.cells import draw_cells
from mnistlab.ui.parts.exports import draw_export
from mnistlab.ui.parts.text import inert, note, tell
from mnistlab.ui.shell.frame import shared_parameters
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.recipe_form import choices_of
from mnistlab.wording import plural, with_article

TELLING = 8
THREE = 3
# Names of the classes A and B.
Pair = tuple[str, str]
# Heights of the parts that are filled in later, in pixels on a wide page.
PATTERN_HEIGHT, READING_HEIGHT = 900, 120


def choose_pattern(prefix: str, content: Content, layers: list[str], data: DataName) -> None:
    """Draw the choices of classes, layer and thresholds."""
    names = known_set(data).classes
    labels = range(len(names))
    for name, instead in (("label_a", 0), ("label_b", 1)):
        # Of a set with more classes.
        content[name] = content[name] if content[name] in labels else instead
    first, second, third = st.columns([1, 1, 2])
    for column, name in ((first, "label_a"), (second, "label_b")):
        key = f"{prefix}.{name}"
        title = ClassesView.model_fields[name].title or name
        content[name] = column.selectbox(
            title,
            labels,
            begin_at(key, labels, content[name]),
            format_func=names.__getitem__,
            key=key,
            help=ClassesView.model_fields[name].description,
        )
    key = f"{prefix}.layer"
    content["layer"] = third.selectbox(
        "Layer",
        layers,
        begin_at(key, layers, content["layer"]),
        key=key,
        help=ClassesView.model_fields["layer"].description,
    )
    for column, name in zip(st.columns(3), ("active", "common", "unique"), strict=True):
        with column:
            content |= choices_of(ClassesView, content, prefix, (name,))
    left, right = st.columns([1, 2])
    key = f"{prefix}.digits"
    words = {"all": "all read right", "three": "three of each"}
    field = ClassesView.model_fields["digits"]
    content["digits"] = left.segmented_control(
        "Over which test digits",
        list(words),
        default=begin_with(key, content["digits"]),
        format_func=words.__getitem__,
        key=key,
        required=True,
        help=field.description,
    )
    if content["digits"] == "three":
        with right:
            content |= choices_of(ClassesView, content, prefix, ("throw",))


def draw_pattern(view: ClassesView, survey: Survey, *, model: str, network: StoredNetwork, data: DataName) -> None:
    """Draw the pattern of class A against B, the control, the most telling points, and how well they alone classify."""
    if view.label_a == view.label_b:
        st.info("Choose two different classes.")
        return
    names = known_set(data).classes
    pair = names[view.label_a], names[view.label_b]
    shape = shown_layer(network.recipe, view.layer).row.shape
    if view.digits == "three":
        _over_three(view, pair, survey, model, network, data, shape)
        return
    arguments = (data, view.label_a, view.label_b, view.layer, view.active)
    key = pattern_key(network.digest, *arguments)
    counted = kept(key, PointCounts, count_points, model, *arguments)
    mean = survey.layers[view.layer].mean[view.label_a].reshape(shape)
    draw_answer("cls-pattern", counted, partial(_counted, view, pair, shape, mean), PATTERN_HEIGHT)
    _reading(key, view, pair, model, arguments)
    name = f"classes-{view.label_a}-{view.label_b}"
    draw_export(st, name, lambda: zipped(class_files(view, network, data)))


def _counted(
    view: ClassesView, pair: Pair, shape: tuple[int, ...], mean: NDArray[np.float32], counted: PointCounts
) -> None:
    """Draw the points, the number found by chance, and the most telling points."""
    in_a, in_b = counted.shares
    class_pattern = pattern(in_a, in_b, view.common, view.unique)
    by_chance = counted.shares_by_chance
    chance = [int(pattern(first, second, view.common, view.unique).unique.sum()) for first, second in by_chance]
    row = st.container(horizontal=True)
    row.metric("Unique points, red", int(class_pattern.unique.sum()))
    row.metric("Common to both, yellow", int(class_pattern.shared.sum()))
    row.metric(
        "Unique with shuffled labels",
        f"{np.mean(chance):.1f}",
        help=f"The labels of the same digits shuffled {len(chance)} times; the most in one shuffle: {max(chance)}.",
    )
    st.markdown(f"**{inert(of_chance(int(class_pattern.unique.sum()), chance))}**")
    _picture(class_pattern, mean, pair, shape, f"all {plural(pair[0])} the network reads right")
    _telling(class_pattern, view, pair, shape)


def _picture(class_pattern: Pattern, mean: NDArray[np.float32], pair: Pair, shape: tuple[int, ...], over: str) -> None:
    text = pattern_figures.sentence(class_pattern, shape, *pair)
    draw_cells(pattern_figures.points_sheet(class_pattern, mean), "cls|pattern", text)
    note(f"{text} Below the marks, in grey: the mean over {over}.")


def _over_three(
    view: ClassesView,
    pair: Pair,
    survey: Survey,
    model: str,
    network: StoredNetwork,
    data: DataName,
    shape: tuple[int, ...],
) -> None:
    """Draw the pattern over three digits of each class, as done by hand in the articles."""
    test = digits(data, "test")
    right = survey.outputs.argmax(axis=1) == survey.labels
    generator = np.random.default_rng(view.throw)
    chosen = [
        generator.permutation(np.flatnonzero(right & (survey.labels == label)))[:THREE]
        for label in (view.label_a, view.label_b)
    ]
    if min(len(some) for some in chosen) < THREE:
        tell(f"The network reads fewer than {THREE} of these digits right.")
        return
    numbers = np.concatenate(chosen)
    labels = [pair[0]] * THREE + [pair[1]] * THREE
    sheet = digit_sheet(test.images[numbers], numbers, [f"number {number}" for number in numbers])
    draw_cells(sheet, "cls|three", sentence(labels, numbers))
    seen = layer_outputs(model, network.digest, [test.images[number] for number in numbers])
    ceiling = survey.layers[view.layer].ceiling
    draw_answer("cls-three", seen, partial(_over_those, view, pair, shape, ceiling), PATTERN_HEIGHT)


def _over_those(
    view: ClassesView, pair: Pair, shape: tuple[int, ...], ceiling: NDArray[np.float32], seen: list[Layers]
) -> None:
    """Draw the pattern over three digits of A and three of B."""
    values = np.stack([layers[view.layer] for layers in seen])
    active = activity(values, ceiling, view.active)
    class_pattern = pattern(active[:THREE].mean(axis=0), active[THREE:].mean(axis=0), view.common, view.unique)
    _picture(class_pattern, values[:THREE].mean(axis=0), pair, shape, f"the three {plural(pair[0])} above")
    st.caption("Three digits of each class have many points in common by chance; compare with all digits.")
    _telling(class_pattern, view, pair, shape)


def _reading(pattern_key: str, view: ClassesView, pair: Pair, model: str, arguments: tuple[Any, ...]) -> None:
    """Draw how well A and B can be told apart by their unique points alone, beside the network."""
    st.header("How far these points alone get")
    key = reading_key(pattern_key, view.common, view.unique)
    reading = kept(key, PointReading, read_by_unique_points, model, *arguments, view.common, view.unique)
    draw_answer("cls-reading", reading, partial(_figures, pair), READING_HEIGHT)


def _figures(pair: Pair, reading: PointReading) -> None:
    a, b = pair
    row = st.container(horizontal=True)
    row.metric(
        "Counting points", f"{100 * float(reading.count):.2f} %", help="Whose unique points are active, in shares."
    )
    row.metric(
        "Weighing points",
        f"{100 * float(reading.weigh):.2f} %",
        help="Each point with a weight of its own, learnt from training digits.",
    )
    row.metric(
        "The network",
        f"{100 * float(reading.network):.2f} %",
        help="The larger of its two outputs for A and B, so that it has the same choice.",
    )
    note(
        f"Test digits that are {with_article(a)} or {with_article(b)}, told apart by {reading.points[0]} points unique to {a} and {reading.points[1]} unique to {b}. "
        "The points were chosen on these same digits, their weights on others. The rest of the network's accuracy comes from the other points."
    )


def _telling(class_pattern: Pattern, view: ClassesView, pair: Pair, shape: tuple[int, ...]) -> None:
    points = telling(class_pattern, TELLING)
    if not len(points):
        return
    st.header("The most telling points")
    for point in points:
        index, row, column = position_of(int(point), shape)
        position = f"node {index}" if len(shape) == 1 else f"map {index}, row {row}, column {column}"
        st.page_link(
            "pages/activations.py",
            label=f"{position}: active in {100 * class_pattern.in_a[point]:.0f} % of the {inert(plural(pair[0]))} "
            f"and {100 * class_pattern.in_b[point]:.0f} % of the {inert(plural(pair[1]))}",
            icon=":material/arrow_forward:",
            query_params={
                **shared_parameters(),
                "act.layer": view.layer,
                "act.map_index": str(index),
                "act.row": str(row),
                "act.column": str(column),
            },
        )
