"""The live part about a filter: nine weights set by hand, laid over a digit."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.data.standardise import standardise
from mnistlab.figures import map_views
from mnistlab.lessons.declared import Facts
from mnistlab.lessons.pixels import FIRST, filter_facts, filtered, marked_place, nearest_map, shifted
from mnistlab.lessons.quick_parts import FilterPart
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.pages.learn.live.moment import Live, Moment, Way, at_once, digit_of, draw_digit, name_of
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell.frame import shared_parameters

THIS = "of the lesson"
FILTERS = {
    "level edge": (1, 1, 1, 0, 0, 0, -1, -1, -1),
    "upright edge": (-1, 0, 1, -1, 0, 1, -1, 0, 1),
    "blur": (1, 1, 1, 1, 1, 1, 1, 1, 1),
    "dot": (-1, -1, -1, -1, 8, -1, -1, -1, -1),
}
SIDE = 3


def _given(part: FilterPart, moment: Moment) -> None:
    row, column = marked_place(part, moment.case)
    box = (row, column, row + SIDE, column + SIDE)
    draw_digit(digit_of(part, moment), f"{name_of(part, moment)}; the filter lies on the framed pixels.", box)
    patch = _patch(digit_of(part, moment), row, column)
    left, right = st.columns(2)
    _table(left, patch, "pixels, standardised", f"{moment.key}.given.patch")
    _table(right, _kernel(part.weights), "weights", f"{moment.key}.given.kernel")


def _patch(image: NDArray[np.uint8], row: int, column: int) -> NDArray[np.float64]:
    patch: NDArray[np.float64] = standardise(image[None])[0, row : row + SIDE, column : column + SIDE].astype(
        np.float64
    )
    return patch


def _kernel(weights: tuple[float, ...]) -> NDArray[np.float64]:
    return np.array(weights, np.float64).reshape(SIDE, SIDE)


def _table(place: Any, values: NDArray[np.float64], title: str, key: str) -> None:
    figure = map_views.table(values, title)
    layout = {**figure["layout"], "height": 170}
    with place:
        draw_chart({**figure, "layout": layout}, key, map_views.table_sentence(values, title))


def _look(part: FilterPart, moment: Moment, facts: Facts) -> None:
    key = moment.key
    left, right = st.columns([2, 3], gap="large")
    with left:
        weights = _weights(part, key)
        shift_key = f"{key}.shift"
        shift = st.slider("Shift the digit", -8, 8, begin_with(shift_key, part.shift), key=shift_key, help="In pixels.")
    image = shifted(digit_of(part, moment), int(shift))
    sums = filtered(image, weights, part.bias)
    with right:
        _draw_map(part, moment, image, sums, weights)


def _weights(part: FilterPart, key: str) -> tuple[float, ...]:
    """Draw the nine weights and the filters to begin with; return the weights."""
    names = [THIS, *FILTERS]
    st.pills(
        "Begin with",
        names,
        default=begin_with(f"{key}.filter", THIS),
        key=f"{key}.filter",
        required=True,
        wrap=True,
        on_change=_take_filter,
        args=(part, key),
    )
    weights: list[float] = []
    # (Named in the style: it stays a square on a narrow screen.)
    square = st.container(key="learn-weights")
    for row in range(SIDE):
        for column, place in zip(square.columns(SIDE), range(SIDE), strict=True):
            name = f"{key}.weight.{SIDE * row + place}"
            begun = begin_with(name, float(part.weights[SIDE * row + place]))
            weights.append(
                column.number_input(
                    f"Weight in row {row + 1}, column {place + 1}",
                    -10.0,
                    10.0,
                    begun,
                    0.5,
                    format="%.1f",
                    key=name,
                    label_visibility="collapsed",
                )
            )
    return tuple(float(weight) for weight in weights)


def _take_filter(part: FilterPart, key: str) -> None:
    chosen = st.session_state[f"{key}.filter"]
    for place, weight in enumerate(FILTERS.get(chosen, part.weights)):
        st.session_state[f"{key}.weight.{place}"] = float(weight)


def _draw_map(
    part: FilterPart,
    moment: Moment,
    image: NDArray[np.uint8],
    sums: NDArray[np.float32],
    weights: tuple[float, ...],
) -> None:
    """Draw the map that the filter makes, and the sum at the place that is chosen."""
    key = moment.key
    row, column = st.session_state.get(f"{key}|node", marked_place(part, moment.case))
    kept = np.maximum(sums, 0)
    one, two = st.columns(2)
    with one:
        draw_digit(image, "The digit, and where the filter lies.", (row, column, row + SIDE, column + SIDE))
    with two:
        text = map_views.large_sentence("Your map", kept, row, column)
        draw_chart(
            map_views.large(kept, "viridis", row, column),
            f"{key}.map",
            text,
            on_select=lambda: _click(key),
            selection_mode="points",
        )
        note("Choose a node of the map to see its sum." if kept.max() > 0 else "Relu has made all of it 0.")
    patch, kernel = _patch(image, row, column), _kernel(weights)
    tables = {"pixels": patch, "weights": kernel, "pixels × weights": patch * kernel}
    for number, (place, (title, values)) in enumerate(zip(st.columns(3), tables.items(), strict=True)):
        _table(place, values, title, f"{key}.table{number}")
    total = float(sums[row, column])
    sign = "−" if part.bias < 0 else "+"
    note(
        f"All nine added: {total - part.bias:.2f} {sign} bias {abs(part.bias):.2f} = {total:.2f}; after relu {max(total, 0):.2f}.".replace(
            " -", " −"
        )
    )


def _click(key: str) -> None:
    points = st.session_state[f"{key}.map"].selection.points
    if points:
        row, column = points[0]["customdata"]
        st.session_state[f"{key}|node"] = int(row), int(column)


def _link(part: FilterPart, moment: Moment, facts: Facts) -> Way:
    key = moment.key
    weights = tuple(
        float(st.session_state.get(f"{key}.weight.{place}", weight)) for place, weight in enumerate(part.weights)
    )
    nearest, alike = nearest_map(moment.case, weights)
    parameters = {
        **shared_parameters(),
        "act.digit.index": str(moment.case.number(part.digit)),
        "act.layer": FIRST,
        "act.map_index": str(nearest),
        "act.tab": "weights",
    }
    label = (
        f"See the network's own filter that is most like yours: map {nearest} of {FIRST} ({100 * alike:.0f} % alike)"
    )
    return "pages/activations.py", label, parameters


FILTER = Live(at_once(filter_facts), _look, _link, _given, digit_of)
