"""A network as a picture: from 784 pixels to its outputs, layer by layer; each layer is a way to look at it."""

from collections.abc import Callable, Mapping

import streamlit as st

from mnistlab.recipes import LayerRow, NetworkRecipe, layer_rows
from mnistlab.recipes.network import IMAGE_SIZE

# Pixels on the screen for one of a map.
ZOOM = 2
# Maps drawn behind each other, for any larger number of them; nodes drawn one by one.
SHEETS, NODES = 3, 12


def draw_network(recipe: NetworkRecipe, link: Callable[[str], Mapping[str, str]]) -> None:
    """Draw what follows what.

    Arguments:
        recipe: the network.
        link: a layer's name -> the parameters of a link that shows it on the page Activations.
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
    if row.kind == "pool":
        return "Keeps the largest of neighbouring values: what was found stays, where exactly gets lost."
    if row is rows[-1]:
        return "One output for each class; the largest is the answer."
    return "Each node weighs all that was found, wherever it was."


def _maps(side: int, count: int) -> str:
    """Return a stack of maps as HTML, as large as their pixels."""
    size = max(side * ZOOM, 4)
    sheets = f"<i style='width:{size}px;height:{size}px'></i>" * min(count, SHEETS)
    return f"<div class='lab-maps' aria-hidden='true'>{sheets}</div>"


def _nodes(count: int) -> str:
    """Return dense nodes as HTML: each by itself if they are few, else as one bar."""
    nodes = "<i></i>" * (count if count <= NODES else 1)
    return f"<div class='lab-nodes' aria-hidden='true'>{nodes}</div>"


def _words(text: str) -> str:
    return f"<small>{text}</small>"
