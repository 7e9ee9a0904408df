"""The chain from the answer down to the pixels: the strongest parts of each stage, each with the pixels it rests on."""

from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.receptive import shown_layers
from mnistlab.analysis.why import Row
from mnistlab.figures.shares import kernel_picture, pixels_sentence, row_alt, row_sentence, row_sheet
from mnistlab.ui.answers.kept_patterns import kept_patterns
from mnistlab.ui.pages.explain.shown import Shown
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell.frame import shared_parameters
from mnistlab.ui.shell.map_links import ATLAS
from mnistlab.ui.state.views import change_view

# Parts per row on a narrow screen.
NARROW = 5


def draw_chain(prefix: str, shown: Shown) -> None:
    """Draw the stages, the last first."""
    chosen, place = looked_at(shown)
    for row in shown.found.rows:
        patterns = kept_patterns(shown.model, row.layer, row.numbers.tolist()) if row.kind == "maps" else {}
        kernels = _kernels(shown, row)
        note(row_sentence(row))
        pick_cell(
            row_sheet(row, shown.digit.image, [more for more in (patterns, kernels) if more], shown.network.recipe),
            f"{prefix}|{row.layer}-{row.kind}",
            row_alt(row),
            int(row.numbers[place]) if row is chosen else None,
            partial(_pick, prefix, row),
            narrow=NARROW,
        )
        if row.kind == "maps":
            _say_below(shown, row, bool(patterns), bool(kernels))
    note(pixels_sentence(shown.digit.image, shown.found.pixels, shown.found.biases))


def looked_at(shown: Shown) -> tuple[Row | None, int]:
    """Return the row and place of the part that is looked at: the one of the view, else the strongest map; None if there is no part at all."""
    part, rows = shown.view.part, shown.found.rows
    for row in rows:
        hits = (row.numbers == part.number).nonzero()[0]
        if (row.layer, row.kind) == (part.layer, part.kind) and len(hits):
            return row, int(hits[0])
    # Maps stand last.
    return (rows[-1], 0) if rows else (None, 0)


def _pick(prefix: str, row: Row, number: int) -> None:
    change_view(prefix, "part", layer=row.layer, kind=row.kind, number=number)


def _kernels(shown: Shown, row: Row) -> dict[int, NDArray[np.uint8]]:
    """Return the kernel between each map of a row and the explained map; empty if it reads other maps."""
    target = shown.found.target
    layers = [layer for layer in shown_layers(shown.network.recipe) if layer.kind != "pool"]
    names = [layer.row.name for layer in layers]
    place = names.index(target.layer) if target.layer in names else 0
    if row.kind != "maps" or not place or layers[place].kind != "convolution" or names[place - 1] != row.layer:
        return {}
    weights = shown.network.weights[f"{target.layer}/kernel"][..., target.index]
    most = float(np.abs(weights[..., row.numbers]).max())
    return {int(number): kernel_picture(weights[..., number], most) for number in row.numbers}


def _say_below(shown: Shown, row: Row, has_patterns: bool, has_kernels: bool) -> None:
    """Say what stands below the maps, and where their patterns are made if these are not at hand."""
    kernel = f"the kernel that lays it into map {shown.found.target.index}: red weights add, blue ones take away"
    if has_patterns:
        note(f"Below each map the pattern it looks for (OIP){f', and {kernel}' if has_kernels else ''}.")
        return
    if has_kernels:
        note(f"Below each map {kernel}.")
    line = st.container(horizontal=True, vertical_alignment="center")
    note("The patterns these maps look for are not made yet.", line)
    line.page_link(
        ATLAS,
        label="Make them in the atlas",
        icon=":material/grid_view:",
        query_params={**shared_parameters(), "layer": row.layer},
    )
