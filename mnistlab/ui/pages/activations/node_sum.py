"""The computation of a node's value: its receptive field, and the terms of its sum."""

from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.node_sums import Sum, explain, in_words
from mnistlab.analysis.receptive import receptive_field
from mnistlab.data.inputs import Input
from mnistlab.data.scaling import SCALINGS, scaled
from mnistlab.figures import map_views
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.shared import Layers
from mnistlab.ui.pages.activations.chosen import Chosen
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import note
from mnistlab.wording import in_digits

# Three of them side by side at 1280 pixels, two on a phone.
TABLE_PIXELS = 170


def draw_sum(prefix: str, network: StoredNetwork, shown: Input, layers: Layers, chosen: Chosen) -> None:
    """Draw the receptive field of the node; patch, kernel and products for the map with the largest contribution; and the terms of the sum."""
    layer, scaling = chosen.layer, network.recipe.scaling
    before = scaled(shown.image[None], scaling)[0][..., None] if layer.before is None else layers[layer.before]
    node = explain(layer, before, network.weights, chosen.index, chosen.row, chosen.column)
    words = f"**Where {in_digits(node.value, 5)} comes from:** {in_words(layer, node)}"
    if layer.kind == "dense":
        st.markdown(words)
        _terms(prefix, node, _names_of_nodes(before.shape))
        return
    left, right = st.columns([3, 5], gap="medium")
    with left:
        window = receptive_field(network.recipe, layer.row.name, chosen.row, chosen.column)
        text = map_views.field_sentence(window)
        draw_chart(map_views.field(shown.image, window), f"{prefix}|field", text)
        note(text)
    with right:
        st.markdown(words)
        if node.kernel is None:
            _tables(prefix, {"patch": node.patch[..., 0]})
            return
        depth = int(np.abs(node.terms).argmax())
        taken_in = SCALINGS[scaling].removesuffix(" pictures")
        origin = f"({taken_in})" if layer.before is None else f"of {layer.before}, map {depth}"
        patch, kernel = node.patch[..., depth], node.kernel[..., depth]
        _tables(prefix, {f"patch {origin}": patch, "kernel": kernel, "patch × kernel": patch * kernel})
        if node.terms.size > 1:
            _terms(prefix, node, "map {}".format)


def _names_of_nodes(shape: tuple[int, ...]) -> Callable[[int], str]:
    """Return a function from the number of an input of a dense node to its name; inputs from maps (rows, columns, maps) by map and position."""
    if len(shape) < 3:
        return "node {}".format

    def name(number: int) -> str:
        row, column, index = np.unravel_index(number, shape)
        return f"map {index} at {row}, {column}"

    return name


def _terms(prefix: str, node: Sum, name: Callable[[int], str]) -> None:
    text = map_views.terms_sentence(node, name)
    draw_chart(map_views.terms(node, name), f"{prefix}|terms", text)
    note(text)


def _tables(prefix: str, tables: dict[str, NDArray[np.float64]]) -> None:
    # Not columns: a chart is never narrower than 150 pixels, and would be cut off on a projector.
    row = st.container(horizontal=True, gap="small")
    for number, (title, values) in enumerate(tables.items()):
        with row.container(width=TABLE_PIXELS):
            draw_chart(
                map_views.table(values, title), f"{prefix}|table{number}", map_views.table_sentence(values, title)
            )
