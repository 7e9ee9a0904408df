"""A picture of a network, layer by layer from the pixels to the outputs; each layer is a link to the page that shows it."""

from collections.abc import Callable, Mapping

import streamlit as st

from mnistlab.recipes import LayerRow, NetworkRecipe, layer_rows
from mnistlab.recipes.network import IMAGE_SIZE

# Pixels on screen per pixel of a map.
ZOOM = 2
# Number of maps drawn as a stack for any larger number; largest number of nodes drawn one by one.
SHEETS, NODES = 3, 12


def draw_network(recipe: NetworkRecipe, link: Callable[[str], Mapping[str, str]]) -> None:
    """Draw the layers in order.

    Arguments:
        recipe: the network.
        link: name of a layer -> parameters of a link to it on the page Activations.
    """
    rows = [row for row in layer_rows(recipe) if row.kind != "flatten"]
    line = st.container(key="network-picture")
    with line.container(gap="xxsmall"):
        st.html(_maps(IMAGE_SIZE, 1) + _words(f"{IMAGE_SIZE}×{IMAGE_SIZE} pixels"))
        st.caption("The digit")
    for row in rows:
        with line.container(gap="xxsmall"):
            st.html(_stage(row, is_last=row is rows[-1]))
            st.page_link("pages/activations.py", label=row.name, query_params=link(row.name), help=_does(row, rows))


def _stage(row: LayerRow, *, is_last: bool) -> str:
    if row.kind == "dense":
        count = row.shape[0]
        return _nodes(count) + _words(f"{count} {'outputs' if is_last else 'nodes'}")
    side, _, maps = row.shape
    return _maps(side, maps) + _words(f"{maps} of {side}×{side}")


def _does(row: LayerRow, rows: list[LayerRow]) -> str:
    if row.kind == "convolution":
        return "Each of its maps looks for one small pattern, everywhere in what comes in."
    if row.name.startswith("Average"):
        return "Keeps the mean of neighbouring values: how much was found stays, where exactly gets lost."
    if row.kind == "pool":
        return "Keeps the largest of neighbouring values: what was found stays, where exactly gets lost."
    if row is rows[-1]:
        return "One output for each class; the largest is the answer."
    return "Each node weighs all that was found, wherever it was."


def _maps(side: int, count: int) -> str:
    """Return a stack of maps as HTML, with a size in proportion to theirs."""
    size = max(side * ZOOM, 4)
    sheets = f"<i style='width:{size}px;height:{size}px'></i>" * min(count, SHEETS)
    return f"<div class='lab-maps' aria-hidden='true'>{sheets}</div>"


def _nodes(count: int) -> str:
    """Return dense nodes as HTML: one by one if they are few, else as a bar."""
    nodes = "<i></i>" * (count if count <= NODES else 1)
    return f"<div class='lab-nodes' aria-hidden='true'>{nodes}</div>"


def _words(text: str) -> str:
    return f"<small>{text}</small>"
