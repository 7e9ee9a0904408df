"""The page Atlas."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.brought_sets import known_set
from mnistlab.data.sources import data_of, digits
from mnistlab.engine.tasks.surveys import survey_key, survey_test_set
from mnistlab.figures.sheet import pattern_sheet
from mnistlab.patterns.contrast import enhanced, plain
from mnistlab.pictures.encoding import png, sheet
from mnistlab.recipes import layer_rows
from mnistlab.results.atlas import Atlas
from mnistlab.results.readings import Survey
from mnistlab.ui.answers.asking import kept, wait_for_answers
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.pages.atlas.at_hand import COLUMNS, GAP, at_hand
from mnistlab.ui.pages.atlas.compare import draw_comparison
from mnistlab.ui.pages.atlas.order import ordered, selected
from mnistlab.ui.pages.atlas.view import (
    FILTER,
    FILTERS,
    LAYER,
    MAP_KEY,
    SORT,
    SORTS,
    atlas_link,
    begin_atlas,
    choose,
    chosen_map,
    pick_map,
)
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.parts.terms import introduce
from mnistlab.ui.parts.text import inert, note
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.shell.frame import model_in_use, network_in_use
from mnistlab.ui.shell.map_links import ATLAS, draw_map_links
from mnistlab.ui.state import links
from mnistlab.wording import class_name, in_digits, with_article

# Height of nine digits, in pixels on a wide page.
NINE_HEIGHT = 330


def draw_atlas() -> None:
    """Draw the page."""
    st.title("Atlas of a layer")
    introduce(
        "What each [[map]] reacts to most, grown by [[gradient ascent]] from the best of thousands of [[large-scale patterns]].",
        "OIP",
        "score",
        "convolution",
        "fluctuations",
        "epoch",
    )
    layers = [row.name for row in layer_rows(network_in_use().recipe) if row.kind == "convolution"]
    view = begin_atlas(layers)
    column, *others = st.columns(4)
    layer = choose("Layer", LAYER, layers, layers[-1], view, column)
    atlas = at_hand(layer, model_in_use)
    if atlas is not None:
        _draw_atlas(atlas, layer, view, others)
    links.write(atlas_link(view, layers))
    if atlas is not None:
        with st.container(key="atlas-compare"):
            draw_comparison(atlas, layer)
    wait_for_answers()


def _draw_atlas(atlas: Atlas, layer: str, view: dict[str, str], row: list[Any]) -> None:
    """Draw the sheet of an atlas and the panel of the chosen map; `row`: three columns for choices."""
    chosen = chosen_map(atlas, view)
    sort = choose("Sort by", SORT, SORTS, SORTS[0], view, row[0])
    readings = [f"read as {name}" for name in network_in_use().classes]
    only = choose("Show", FILTER, [*FILTERS, *readings], FILTERS[0], view, row[1])
    row[2].number_input(
        f"Map, {min(atlas.map_index)} to {max(atlas.map_index)}",
        min(atlas.map_index),
        max(atlas.map_index),
        chosen,
        1,
        key=MAP_KEY,
        help="Find a map by its number.",
    )
    order = ordered(atlas, sort)
    indices = order[selected(atlas, only, network_in_use().classes)[order]]
    if len(indices) == 0:
        st.info("No maps match.")
    else:
        if chosen not in atlas.map_index[indices]:
            note(f"Map {chosen}, described below, is not among these.")
        labels = [_label(atlas, index) for index in indices]
        pick_cell(
            pattern_sheet(enhanced(atlas.images[indices]), atlas.map_index[indices].tolist(), labels),
            "atlas.sheet",
            "The patterns of all maps: arrow keys go from one to the next.",
            chosen,
            pick_map,
        )
    below = st.container(horizontal=True, vertical_alignment="center")
    note(_sentence(atlas, layer, len(indices)), below)
    below.download_button(
        "PNG of the sheet",
        lambda: png(sheet(enhanced(atlas.images[indices]), COLUMNS, GAP), 4),
        f"atlas-{layer}.png",
        "image/png",
        on_click="ignore",
        disabled=len(indices) == 0,
    )
    _draw_map(atlas, layer, chosen)


def _class_name(label: int) -> str:
    """Return the name of a class of the network in use; its number if it is one of other digits, which the network does not tell apart."""
    return class_name(network_in_use().classes, label)


def _label(atlas: Atlas, index: int) -> str:
    return (
        f"map {atlas.map_index[index]}: score {in_digits(atlas.scores[index], 3)}, read as {_class_name(atlas.classes[index])}; "
        f"most excited by {with_article(_class_name(atlas.example_labels[index, 0]))}"
    )


def _sentence(atlas: Atlas, layer: str, shown: int) -> str:
    scores = atlas.scores
    idle = int((atlas.example_scores[:, 0] <= 0).sum())
    silent = int((scores <= 0).sum())
    return (
        f"{shown} of {len(scores)} maps of {layer}. {'All' if not silent else f'All but {silent}'} have a pattern; the median score is "
        f"{in_digits(float(np.median(scores)), 3)}; {int(atlas.rescued.sum())} had to be rescued, {idle} react to none of the test digits that it was made with."
    )


def _draw_map(atlas: Atlas, layer: str, number: int) -> None:
    index = int(np.flatnonzero(atlas.map_index == number)[0])
    st.header(f"Map {number} of {layer}")
    left, right = st.columns(2, gap="large")
    with left:
        image = atlas.images[index]
        kinds = ["enhanced", "plain"]
        alts = [f"{_label(atlas, index)}, {kind}" for kind in kinds]
        draw_tiles(np.stack([enhanced(image), plain(image)]), kinds, alts, "11rem")
        st.markdown(_story(atlas, index))
        draw_map_links(layer, number, ATLAS, st.container(horizontal=True))
    with right:
        _draw_examples(atlas, layer, index)


def _story(atlas: Atlas, index: int) -> str:
    relative = atlas.relative[index]
    beside = (
        f"**{relative:.1f} times** what the best test digit reaches"
        if np.isfinite(relative)
        else "while no test digit excites this map at all"
    )
    rescued = " Its start was dead and had to be rescued." if atlas.rescued[index] else ""
    return (
        f"Score **{in_digits(atlas.scores[index], 3)}**, {beside}. The network reads the pattern as "
        f"{inert(with_article(_class_name(atlas.classes[index])))}. The map reacts to {int(atlas.responding[index]):,} of the large-scale patterns "
        f"that were tried.{rescued}"
    )


def _draw_examples(atlas: Atlas, layer: str, index: int) -> None:
    st.markdown("**The nine test digits that excite it most**")
    data = data_of(network_in_use().data)
    test, names = digits(data, "test"), known_set(data).classes
    chosen, labels = atlas.examples[index], atlas.example_labels[index]
    if np.array_equal(test.labels[chosen], labels):
        _draw_nine(
            chosen,
            [
                f"{with_article(names[label])}: {in_digits(value, 3)}"
                for label, value in zip(labels, atlas.example_scores[index], strict=True)
            ],
        )
        return
    number, network = int(atlas.map_index[index]), network_in_use()
    survey = kept(survey_key(network.digest, data), Survey, survey_test_set, model_in_use(), data)

    def draw(survey: Survey) -> None:
        surveyed = survey.layers[layer]
        if not surveyed.reacts[number]:
            note("None of the digits at hand excites it.")
            return
        best = surveyed.best[number]
        _draw_nine(best, [with_article(names[test.labels[digit]]) for digit in best])

    draw_answer("atlas-digits", survey, draw, NINE_HEIGHT)
    note("The atlas itself was made with other digits; these nine are of those at hand.")


def _draw_nine(numbers: NDArray[np.integer], captions: list[str]) -> None:
    draw_tiles(digits(data_of(network_in_use().data), "test").images[numbers], captions, captions, "5rem")
