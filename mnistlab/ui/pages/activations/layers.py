"""The choice of a layer on the page Activations, first to last, each with a thumbnail of its output."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.receptive import receptive_field, shown_layer, shown_layers
from mnistlab.pictures.colours import table
from mnistlab.pictures.encoding import data_address
from mnistlab.pictures.mosaics import as_maps, steps_of
from mnistlab.recipes.network import NetworkRecipe
from mnistlab.recipes.views import Colours
from mnistlab.ui.answers.shared import Layers
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.parts.text import warn
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.views import change_view

# Key of the container; the style refers to it (ui/shell/frame.css).
LAYERS_KEY = "layers-of-network"
# Largest number of dense nodes drawn in one column; more of them make a square.
MOST_IN_COLUMN = 16


def choose_layer(prefix: str, content: Content, recipe: NetworkRecipe) -> None:
    """Draw the choice of a layer."""
    names = [layer.row.name for layer in shown_layers(recipe)]
    if content["layer"] not in names:
        warn(f"The network in use has no layer “{content['layer']}”; {names[0]} is shown instead.")
        change_view(prefix, "", layer=names[0], map_index=-1, row=-1, column=-1)
    key = f"{prefix}.layer"
    shown = begin_with(key, content["layer"])
    with st.container(key=LAYERS_KEY):
        st.pills(
            "Layer",
            names,
            default=shown,
            key=key,
            required=True,
            wrap=True,
            width="stretch",
            label_visibility="collapsed",
            on_change=_take,
            args=(prefix, key),
        )


def _take(prefix: str, key: str) -> None:
    change_view(prefix, "", layer=st.session_state[key], map_index=-1, row=-1, column=-1)


def draw_thumbnails(layers: Layers, colours: Colours) -> None:
    """Draw the output of each layer into its button: its strongest map, or all of its dense nodes."""
    rules = []
    for number, values in enumerate(layers.values(), start=1):
        address = data_address(table(colours)[_thumbnail(values)])
        rules.append(
            f".st-key-{LAYERS_KEY} button:nth-of-type({number})::before {{ background-image: url({address}); }}"
        )
    st.html(f"<style>{' '.join(rules)}</style>")


def _thumbnail(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return steps of a colour table: the strongest map (rows, columns), or dense nodes (nodes,) in about as many rows as columns."""
    if values.ndim == 3:
        strongest = int(values.max(axis=(0, 1)).argmax())
        return steps_of(values[..., strongest : strongest + 1], "map", (0, 1))[..., 0]
    steps = steps_of(as_maps(values), "layer", (0, 1)).reshape(-1)
    columns = 1 if len(steps) <= MOST_IN_COLUMN else int(np.ceil(np.sqrt(len(steps))))
    return np.pad(steps, (0, -len(steps) % columns)).reshape(-1, columns)


def about(recipe: NetworkRecipe, layer: str) -> str:
    """Return a description of what a layer sees of the digit, and what it loses."""
    shown = shown_layer(recipe, layer)
    if shown.kind == "dense":
        if shown == shown_layers(recipe)[-1]:
            return "One output for each class; the largest is the answer."
        return "Each node weighs all that was found, wherever it was on the digit."
    rows, columns = shown.row.shape[:2]
    window = receptive_field(recipe, shown.row.name, rows // 2, columns // 2)
    sees = f"Each node sees {window.bottom - window.top}×{window.right - window.left} of the digit's 28×28 pixels."
    if shown.kind == "pool":
        if shown.pooling == "average":
            return f"{sees} A pool keeps the mean of {shown.reach}×{shown.reach} neighbours: how much was found stays, where exactly gets lost."
        return f"{sees} A pool keeps the largest of {shown.reach}×{shown.reach} neighbours: what was found stays, where exactly gets lost."
    return f"{sees} Each map looks for one small pattern of {shown.reach}×{shown.reach} values, everywhere in what comes in."
