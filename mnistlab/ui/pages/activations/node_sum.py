"""Where the value of a node comes from: what it sees, and the sum behind it."""

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


def draw_sum(prefix: str, network: StoredNetwork, shown: Input, layers: Layers, chosen: Chosen) -> None:
    """Draw what the node sees of the digit; patch, kernel and their products for the map before that matters most; and the parts of the sum."""
    stage = chosen.stage
    before = (
        scaled(shown.image[None], network.recipe.scaling)[0][..., None]
        if stage.before is None
        else layers[stage.before]
    )
    found = explain(stage, before, network.weights, chosen.index, chosen.row, chosen.column)
    words = f"**Where {in_digits(found.value, 5)} comes from:** {in_words(stage, found)}"
    if stage.kind == "dense":
        st.markdown(words)
        _terms(prefix, found, _names_of_nodes(before.shape))
        return
    left, right = st.columns([3, 5], gap="medium")
    with left:
        window = receptive_field(network.recipe, stage.row.name, chosen.row, chosen.column)
        text = map_views.field_sentence(window)
        draw_chart(map_views.field(shown.image, window), f"{prefix}|field", text)
        note(text)
    with right:
        st.markdown(words)
        if found.kernel is None:
            _tables(prefix, {"patch": found.patch[..., 0]})
            return
        depth = int(np.abs(found.terms).argmax())
        taken_in = SCALINGS[network.recipe.scaling].removesuffix(" pictures")
        origin = f"({taken_in})" if stage.before is None else f"of {stage.before}, map {depth}"
        patch, kernel = found.patch[..., depth], found.kernel[..., depth]
        _tables(prefix, {f"patch {origin}": patch, "kernel": kernel, "patch × kernel": patch * kernel})
        if found.terms.size > 1:
            _terms(prefix, found, "map {}".format)


def _names_of_nodes(shape: tuple[int, ...]) -> Callable[[int], str]:
    """Return how the nodes before a dense one are called, by their number: those of maps (rows, columns, maps) by map and place."""
    if len(shape) < 3:
        return "node {}".format

    def name(number: int) -> str:
        row, column, index = np.unravel_index(number, shape)
        return f"map {index} at {row}, {column}"

    return name


def _terms(prefix: str, found: Sum, name: Callable[[int], str]) -> None:
    text = map_views.terms_sentence(found, name)
    draw_chart(map_views.terms(found, name), f"{prefix}|terms", text)
    note(text)


def _tables(prefix: str, tables: dict[str, NDArray[np.float64]]) -> None:
    for number, (column, (title, values)) in enumerate(zip(st.columns(3), tables.items(), strict=False)):
        with column:
            draw_chart(
                map_views.table(values, title), f"{prefix}|table{number}", map_views.table_sentence(values, title)
            )
