"""The chosen map in large, or the value of the chosen node; and number inputs to choose them."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.figures import map_views
from mnistlab.pictures.mosaics import as_maps
from mnistlab.recipes.views import ActivationsView
from mnistlab.ui.answers.shared import Layers
from mnistlab.ui.mends.beginning import set_to
from mnistlab.ui.pages.activations.answer import Reading
from mnistlab.ui.pages.activations.chosen import Chosen
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell.map_links import ACTIVATIONS, draw_map_links
from mnistlab.ui.state.views import change_view
from mnistlab.wording import in_digits


def draw_large(prefix: str, view: ActivationsView, chosen: Chosen, layers: Layers) -> None:
    """Draw the chosen map in large, or a dense node's value."""
    st.header(chosen.word)
    if chosen.layer.kind == "dense":
        _value(chosen, layers[view.layer])
    else:
        _map(prefix, view, chosen)


def _map(prefix: str, view: ActivationsView, chosen: Chosen) -> None:
    key = f"{prefix}|large"
    text = map_views.large_sentence(chosen.word, chosen.values, chosen.row, chosen.column)
    draw_chart(
        map_views.large(chosen.values, view.colours, chosen.row, chosen.column),
        key,
        text,
        on_select=lambda: _click_node(prefix, key),
        selection_mode="points",
    )
    note(text)


def _value(chosen: Chosen, values: NDArray[np.float32]) -> None:
    """Draw the value of a dense node, and its rank among the others (nodes,)."""
    value = float(chosen.values[0, 0])
    st.metric("On this digit", in_digits(value))
    larger = int((values > value).sum())
    if not value:
        note(f"It stays at zero, as {int((values == 0).sum()) - 1} of the other {len(values) - 1} nodes do.")
    elif not larger:
        note(f"The strongest of {len(values)} nodes.")
    else:
        note(f"{larger} of the other {len(values) - 1} nodes have more.")


def draw_numbers(prefix: str, reading: Reading) -> None:
    """Draw number inputs for everything a click can choose (number, row and column), and links to other pages."""
    chosen = reading.chosen
    is_dense = chosen.layer.kind == "dense"
    count = as_maps(reading.plain[reading.view.layer]).shape[2]
    fields = {"map_index": (chosen.index, count, "Node" if is_dense else "Map")}
    if chosen.values.size > 1:
        fields["row"] = (chosen.row, chosen.values.shape[0], "Row of the node")
        fields["column"] = (chosen.column, chosen.values.shape[1], "Column of the node")
    *columns, rest = st.columns([2, 2, 2, 4], vertical_alignment="bottom")
    for column, (name, (value, total, title)) in zip(columns, fields.items(), strict=False):
        # A key of its own, because a click or another map must update it without becoming the visitor's choice.
        key = f"{prefix}|{name}"
        set_to(key, value)
        column.number_input(
            f"{title}, 0 to {total - 1}",
            0,
            total - 1,
            value,
            key=key,
            on_change=_typed,
            args=(prefix, name),
        )
    row = rest.container(horizontal=True)
    draw_map_links(chosen.layer.row.name, chosen.index, ACTIVATIONS, row, is_dense)


def _typed(prefix: str, name: str) -> None:
    if name == "map_index":
        change_view(prefix, "", map_index=int(st.session_state[f"{prefix}|{name}"]), row=-1, column=-1)
    else:
        # Both may have been typed at the same time.
        change_view(prefix, "", **{part: int(st.session_state[f"{prefix}|{part}"]) for part in ("row", "column")})


def _click_node(prefix: str, key: str) -> None:
    points = st.session_state[key].selection.points
    if points:
        row, column = points[0]["customdata"]
        change_view(prefix, "", row=int(row), column=int(column))
