"""All maps of the selected layer, and the chosen one in large."""

from functools import partial
from typing import Any

import streamlit as st
from numpy.typing import NDArray

from mnistlab.figures import mosaics
from mnistlab.pictures.mosaics import as_maps
from mnistlab.recipes.views import ActivationsView
from mnistlab.results.readings import Survey
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.shared import Layers
from mnistlab.ui.pages.activations.answer import Reading, Shown
from mnistlab.ui.pages.activations.large_map import draw_large
from mnistlab.ui.pages.activations.layers import about, draw_thumbnails
from mnistlab.ui.pages.activations.verdict import draw_beside
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.parts.text import note
from mnistlab.ui.state.views import change_view


def draw_maps(prefix: str, reading: Reading) -> None:
    """Draw all maps of the layer for each digit, and the chosen map of the main digit in large: beside a single mosaic, below several."""
    view, chosen, shown = reading.view, reading.chosen, reading.shown
    draw_thumbnails(reading.plain, view.colours)
    surveyed = None if isinstance(reading.survey, Unanswered) else reading.survey
    draw = partial(_draw_mosaic, prefix, view, chosen.index, surveyed)
    if len(shown) == 1:
        left, right = st.columns([5, 3], gap="medium")
        with left:
            draw(shown[0])
            note(about(reading.network.recipe, view.layer))
    else:
        for column, digit in zip(st.columns(len(shown)), shown, strict=True):
            with column:
                draw_beside(prefix, digit, reading.network.classes)
                draw(digit)
        note(about(reading.network.recipe, view.layer))
        right, _ = st.columns([3, 5], gap="medium")
    with right:
        draw_large(prefix, view, chosen, reading.plain)


def _draw_mosaic(prefix: str, view: ActivationsView, chosen: int, survey: Survey | None, digit: Shown) -> None:
    maps = as_maps(digit.layers[view.layer])
    notes = None if survey is None else _notes(survey.layers[view.layer].reacts)
    key = f"{prefix}|mosaic{digit.slot}"
    text = mosaics.sentence(view.layer, maps, view.scale)
    sheet = mosaics.map_sheet(maps, view.scale, view.colours, _limits(digit.layers), notes)
    pick_cell(sheet, key, text, chosen, partial(_pick, prefix))
    if notes is not None and mosaics.DEAD in notes:
        text += f" ✕ marks {notes.count(mosaics.DEAD)} dead: they react to none of the test digits."
    note(text)


def _notes(reacts: NDArray[Any]) -> list[str]:
    return [f"reacts to {100 * share:.1f} % of the test digits" if share else mosaics.DEAD for share in reacts]


def _limits(layers: Layers) -> tuple[float, float]:
    return min(float(values.min()) for values in layers.values()), max(
        float(values.max()) for values in layers.values()
    )


def _pick(prefix: str, index: int) -> None:
    change_view(prefix, "", map_index=index, row=-1, column=-1)
