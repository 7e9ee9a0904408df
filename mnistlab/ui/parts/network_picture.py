"""A network as a picture: from 784 pixels to its outputs, layer by layer; each layer is a way to look at it."""

from collections.abc import Callable, Mapping

import streamlit as st

from mnistlab.recipes import LayerRow, NetworkRecipe, layer_rows
from mnistlab.recipes.network import IMAGE_SIZE

# Pixels on the screen for one of a map, and between two sheets of a stack.
ZOOM, STEP = 2.0, 4
HEIGHT = IMAGE_SIZE * ZOOM + 2 * STEP + 2
SHEETS = 3
STAGE_WIDTH = 104


def draw_network(recipe: NetworkRecipe, link: Callable[[str], Mapping[str, str]]) -> None:
    """Draw what follows what.

    Arguments:
        recipe: the network.
        link: a layer's name -> the parameters of a link that shows it on the page Activations.
    """
    rows = [row for row in layer_rows(recipe) if row.kind != "flatten"]
    line = st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom")
    with line.container(width=STAGE_WIDTH, gap="xxsmall"):
        st.html(_picture(IMAGE_SIZE, 1) + _words(f"{IMAGE_SIZE}×{IMAGE_SIZE} pixels"))
        st.caption("the digit")
    for row in rows:
        with line.container(width=STAGE_WIDTH, gap="xxsmall"):
            st.html(_stage(row, is_last=row is rows[-1]))
            st.page_link("pages/activations.py", label=row.name, query_params=link(row.name), help=_does(row, rows))


def _stage(row: LayerRow, *, is_last: bool) -> str:
    if row.kind == "dense":
        count = row.shape[0]
        return _column(count) + _words(f"{count} {'outputs' if is_last else 'nodes'}")
    side, _, maps = row.shape
    return _picture(side, maps) + _words(f"{maps} of {side}×{side}")


def _does(row: LayerRow, rows: list[LayerRow]) -> str:
    if row.kind == "convolution":
        return "Each of its maps looks for one small pattern, everywhere in what comes in."
    if row.kind == "pool":
        return "Keeps the largest of neighbouring values: what was found stays, where exactly gets lost."
    if row is rows[-1]:
        return "One output for each class; the largest is the answer."
    return "Each node weighs all that was found, wherever it was."


def _picture(side: int, maps: int) -> str:
    """Return a stack of maps as SVG, as large as their pixels."""
    sheets = min(maps, SHEETS)
    size = max(side * ZOOM, 3)
    squares = "".join(
        f"<rect x='{1 + STEP * place}' y='{HEIGHT - 1 - size - STEP * place}' width='{size}' height='{size}' />"
        for place in reversed(range(sheets))
    )
    return _svg(squares)


def _column(count: int) -> str:
    """Return dense nodes as SVG: ten for ten, more as a bar."""
    if count <= 12:
        step = (HEIGHT - 2) / count
        dots = "".join(f"<circle cx='8' cy='{1 + step * (place + 0.5)}' r='{0.36 * step}' />" for place in range(count))
        return _svg(dots)
    return _svg(f"<rect x='4' y='1' width='8' height='{HEIGHT - 2}' />")


def _svg(shapes: str) -> str:
    width = IMAGE_SIZE * ZOOM + SHEETS * STEP
    return f"<svg class='lab-stage' aria-hidden='true' width='{width}' height='{HEIGHT}'>{shapes}</svg>"


def _words(text: str) -> str:
    return f"<small class='lab-stage-size'>{text}</small>"
