"""The part of the page Activations about one map or node: large, its numbers, and the sum behind one of its values."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.node_sums import explain, in_words
from mnistlab.analysis.receptive import Stage, receptive_field, stage_of
from mnistlab.data.inputs import Input
from mnistlab.data.sources import digits
from mnistlab.data.standardise import standardise
from mnistlab.figures import digit_sheets, map_views, mosaics
from mnistlab.pictures.mosaics import as_maps
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.views import ActivationsView
from mnistlab.results.readings import Survey
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.asking import Unanswered
from mnistlab.ui.answers.shared import Layers
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.mends.beginning import set_to
from mnistlab.ui.mends.unchecked import ready
from mnistlab.ui.parts.charts import draw_grid
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell.map_links import ACTIVATIONS, draw_map_links
from mnistlab.ui.state.views import change_view

CHART = {"displayModeBar": False}
# Of the part about all test digits, in pixels on a wide page.
OVER_HEIGHT = 420


@dataclass(frozen=True, eq=False)
class Chosen:
    """The map or node looked at: `values` (rows, columns), and the row and column of the node explained."""

    stage: Stage
    index: int
    row: int
    column: int
    values: NDArray[np.float32]

    @property
    def word(self) -> str:
        """What it is called."""
        return f"{'Node' if self.stage.kind == 'dense' else 'Map'} {self.index} of {self.stage.row.name}"


def choose(view: ActivationsView, network: StoredNetwork, layers: Layers) -> Chosen:
    """Return the map and node the view means: the strongest unless one is named; the last map if there are fewer."""
    stage = stage_of(network.recipe, view.layer)
    maps = as_maps(layers[view.layer])
    strongest = int(maps.max(axis=(0, 1)).argmax())
    index = min(view.map_index, maps.shape[2] - 1) if view.map_index >= 0 else strongest
    values = maps[..., index]
    row, column = (int(place) for place in np.unravel_index(int(values.argmax()), values.shape))
    if 0 <= view.row < values.shape[0] and 0 <= view.column < values.shape[1]:
        row, column = view.row, view.column
    return Chosen(stage, index, row, column, values)


def draw_large(
    prefix: str, view: ActivationsView, chosen: Chosen, network: StoredNetwork, shown: Input, layers: Layers
) -> None:
    """Draw the chosen map large, and what one of its nodes sees."""
    st.header(chosen.word)
    _numbers(prefix, chosen, as_maps(layers[view.layer]).shape[2])
    one, two = st.columns(2)
    window = receptive_field(network.recipe, view.layer, chosen.row, chosen.column)
    with one:
        if chosen.stage.kind == "dense":
            _value(chosen, layers[view.layer])
        else:
            _map(prefix, view, chosen)
    with two:
        text = map_views.field_sentence(window)
        st.plotly_chart(ready(map_views.field(shown.image, window)), key=f"{prefix}|field", config=CHART, alt=text)
        note(text)


def _map(prefix: str, view: ActivationsView, chosen: Chosen) -> None:
    key = f"{prefix}|large"
    text = map_views.large_sentence(chosen.word, chosen.values, chosen.row, chosen.column)
    st.plotly_chart(
        ready(map_views.large(chosen.values, view.colours, chosen.row, chosen.column)),
        key=key,
        on_select=lambda: _click_node(prefix, key),
        selection_mode="points",
        config=CHART,
        alt=text,
    )
    note(text)


def _value(chosen: Chosen, values: NDArray[np.float32]) -> None:
    """Draw a dense node's one value, and where it stands among the others (nodes,)."""
    value = float(chosen.values[0, 0])
    st.metric(f"{chosen.word} on this digit", f"{value:.4g}")
    larger = int((values > value).sum())
    if not value:
        note(f"It stays at zero, as {int((values == 0).sum()) - 1} of the other {len(values) - 1} nodes do.")
    elif not larger:
        note(f"The strongest of {len(values)} nodes.")
    else:
        note(f"{larger} of the other {len(values) - 1} nodes have more.")


def _numbers(prefix: str, chosen: Chosen, count: int) -> None:
    """Draw the way without a pointer: number, row and column to type; all that a click can choose."""
    fields = {"map_index": (chosen.index, count, "Node" if chosen.stage.kind == "dense" else "Map")}
    if chosen.values.size > 1:
        fields["row"] = (chosen.row, chosen.values.shape[0], "Row of the node")
        fields["column"] = (chosen.column, chosen.values.shape[1], "Column of the node")
    for column, (name, (value, total, title)) in zip(st.columns(3), fields.items(), strict=False):
        # Its own key: a click or another map must show here, without being written back as the visitor's choice.
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


def _typed(prefix: str, name: str) -> None:
    if name == "map_index":
        change_view(prefix, "", map_index=int(st.session_state[f"{prefix}|{name}"]), row=-1, column=-1)
    else:
        # Both may have been typed in one go.
        change_view(prefix, "", **{part: int(st.session_state[f"{prefix}|{part}"]) for part in ("row", "column")})


def _click_node(prefix: str, key: str) -> None:
    points = st.session_state[key].selection.points
    if points:
        row, column = points[0]["customdata"]
        change_view(prefix, "", row=int(row), column=int(column))


def draw_sum(prefix: str, network: StoredNetwork, shown: Input, layers: Layers, chosen: Chosen) -> None:
    """Draw the patch, the kernel and their products for the map before that matters most, and the parts of all of them."""
    stage = chosen.stage
    before = standardise(shown.image[None])[0][..., None] if stage.before is None else layers[stage.before]
    found = explain(stage, before, network.weights, chosen.index, chosen.row, chosen.column)
    st.markdown(f"**Where {found.value:.5g} comes from:** {in_words(stage, found)}")
    if stage.kind == "pool":
        _tables(prefix, {"patch": found.patch[..., 0]})
        return
    if stage.kind == "convolution" and found.kernel is not None:
        depth = int(np.abs(found.terms).argmax())
        origin = "of the standardised digit" if stage.before is None else f"of {stage.before}, map {depth}"
        patch, kernel = found.patch[..., depth], found.kernel[..., depth]
        _tables(prefix, {f"patch {origin}": patch, "kernel": kernel, "patch × kernel": patch * kernel})
    if found.terms.size > 1:
        word = "node" if stage.kind == "dense" else "map"
        text = map_views.terms_sentence(found, word)
        st.plotly_chart(ready(map_views.terms(found, word)), key=f"{prefix}|terms", config=CHART, alt=text)
        note(text)


def _tables(prefix: str, tables: dict[str, NDArray[np.float64]]) -> None:
    for number, (column, (title, values)) in enumerate(zip(st.columns(3), tables.items(), strict=False)):
        column.plotly_chart(
            ready(map_views.table(values, title)),
            key=f"{prefix}|table{number}",
            config=CHART,
            alt=map_views.table_sentence(values, title),
        )


def draw_over_test_set(
    prefix: str,
    chosen: Chosen,
    network: StoredNetwork,
    survey: Survey | Unanswered,
    data: DataName,
) -> None:
    """Draw what the chosen map does over the test set: histogram, best digits, share; and its kernel."""
    left, right = st.columns(2)
    with left:
        st.subheader("Across the test set")
        draw_answer(f"{prefix}-over", survey, partial(_over_all, prefix, chosen, data), OVER_HEIGHT)
    with right:
        st.subheader("Its weights")
        _kernel(prefix, chosen, network)
        row = st.container(horizontal=True)
        draw_map_links(chosen.stage.row.name, chosen.index, ACTIVATIONS, row, chosen.stage.kind == "dense")


def _over_all(prefix: str, chosen: Chosen, data: DataName, survey: Survey) -> None:
    """Draw how far the digits drive the chosen map, and which nine do most; of a dead one there is nothing to draw."""
    layer = survey.layers[chosen.stage.row.name]
    counts, edges, reacts = layer.counts[chosen.index], layer.edges[chosen.index], float(layer.reacts[chosen.index])
    if reacts == 0:
        st.warning("Dead: it reacts to none of the test digits.")
        return
    here = float(chosen.values.max())
    text = map_views.histogram_sentence(counts, edges, reacts, here)
    figure = map_views.histogram(counts, edges, here)
    st.plotly_chart(ready(figure), key=f"{prefix}|histogram", config=CHART, alt=text)
    note(text)
    _best(prefix, layer.best[chosen.index], data)


def _best(prefix: str, best: NDArray[np.int32], data: DataName) -> None:
    test = digits(data, "test")
    labels = test.labels[best]
    key = f"{prefix}|best"
    st.markdown("The nine digits that excite it most (click one to load it):")
    sheet = digit_sheets.figure(test.images[best], best, [f"a {label}" for label in labels], columns=9, width=480)
    draw_grid(sheet, key, digit_sheets.sentence(labels, best), lambda: _click_best(prefix, key))


def _click_best(prefix: str, key: str) -> None:
    points = st.session_state[key].selection.points
    if points:
        change_view(prefix, "digit", source="test", index=int(points[0]["customdata"]))


def _kernel(prefix: str, chosen: Chosen, network: StoredNetwork) -> None:
    stage = chosen.stage
    if stage.kind == "pool":
        note(f"A pool has no weights: it keeps the largest of {stage.reach}×{stage.reach} values.")
        return
    kernel = network.weights[f"{stage.row.name}/kernel"][..., chosen.index]
    if stage.kind == "dense":
        shape = stage_of(network.recipe, stage.before).row.shape if stage.before else kernel.shape
        kernel = kernel.reshape(shape)
    maps = as_maps(kernel)
    text = (
        f"{maps.shape[2]} kernel{'s' if maps.shape[2] > 1 else ''} of {maps.shape[0]}×{maps.shape[1]}, one for each map or node before; "
        f"weights from {kernel.min():.3g} to {kernel.max():.3g}, bias {network.weights[f'{stage.row.name}/bias'][chosen.index]:.3g}."
    )
    draw_grid(mosaics.figure(maps, "layer", "viridis", (0, 1), width=420), f"{prefix}|kernel", text)
    note(text)
