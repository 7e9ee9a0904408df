"""The page Atlas."""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from mnistlab.data.sources import digits
from mnistlab.errors import MnistlabError
from mnistlab.patterns.contrast import enhanced, plain
from mnistlab.patterns.similarity import best_matches, similarities
from mnistlab.patterns.starts import data_at_hand
from mnistlab.pictures.encoding import png, sheet
from mnistlab.recipes import layer_rows
from mnistlab.store.atlases import Atlas, atlas_recipe, find_atlas
from mnistlab.store.models import REFERENCE, find_network
from mnistlab.store.run_folder import RunFolder
from mnistlab.ui.answers.job import draw_job
from mnistlab.ui.pages.atlas.view import (
    FILTER,
    FILTERS,
    LAYER,
    LAYER_KEY,
    MAP_KEY,
    SORT,
    SORTS,
    atlas_link,
    begin_atlas,
    choose,
    chosen_map,
    pick_map,
)
from mnistlab.ui.parts.text import fail, note, tell
from mnistlab.ui.parts.tile_picker import pick_tile
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.shell import services
from mnistlab.ui.shell.frame import model_in_use, model_title, network_in_use
from mnistlab.ui.shell.map_links import ATLAS, draw_map_links
from mnistlab.ui.state import links

COLUMNS, GAP = 16, 2
OTHER_KEY = "atlas.other"


def draw_atlas() -> None:
    """Draw the page."""
    st.title("Atlas of a layer")
    st.markdown(
        "What each map of a layer reacts to most, all maps side by side. For every map thousands of large-scale patterns are "
        "tried, the best eight are grown by gradient ascent, and the best of those is shown. Click a map to learn more."
    )
    layers = [row.name for row in layer_rows(network_in_use().recipe) if row.kind == "convolution"]
    view = begin_atlas(layers)
    layer = choose("Layer", LAYER, layers, layers[-1], view)
    atlas = _atlas(layer, model_in_use)
    if atlas is not None:
        _draw_found(atlas, layer, view)
    links.write(atlas_link(view, layers))
    if atlas is not None:
        _compare(atlas, layer)


def _atlas(layer: str, model: Callable[[], str]) -> Atlas | None:
    """Return the atlas of a layer if it is at hand; else draw how to get it.

    Arguments: `model`: returns the name of the network at this moment.
    """
    recipe = atlas_recipe(model(), layer)
    try:
        atlas = find_atlas(recipe, services.store())
        if atlas is not None:
            return atlas
        run = draw_job(
            recipe,
            lambda: atlas_recipe(model(), str(st.session_state.get(LAYER_KEY, layer))),
            lambda atlas: f"Atlas of {atlas.precursor.layer}, {model_title(atlas.model)}",
            "Make this atlas",
            _draw_growing,
        )
        # It may have been finished between the two lines above.
        return None if run is None else run.result()
    except MnistlabError as error:
        fail(f"The atlas cannot be read: {error} Delete its run on the page Lab, and make it again.")
        return None


def _draw_growing(run: RunFolder) -> None:
    pictures = run.pictures()
    if pictures is None:
        return
    tiles = sheet(enhanced(pictures["images"]), COLUMNS, GAP)
    ready = int((pictures["scores"] > 0).sum())
    st.image(
        png(tiles, 2),
        width="stretch",
        alt=f"The patterns as they grow: {ready} of {len(pictures['images'])} maps are there.",
    )


def _draw_found(atlas: Atlas, layer: str, view: dict[str, str]) -> None:
    chosen = chosen_map(atlas, view)
    row = st.columns(3)
    sort = choose("Sort by", SORT, SORTS, SORTS[0], view, row[0])
    only = choose("Show", FILTER, FILTERS, FILTERS[0], view, row[1])
    row[2].number_input(
        "Map",
        min(atlas["map_index"]),
        max(atlas["map_index"]),
        chosen,
        1,
        key=MAP_KEY,
        help="Find a map by its number.",
    )
    order = _order(atlas, sort)
    places = order[_selected(atlas, only)[order]]
    if len(places) == 0:
        st.info("No map is like that.")
    else:
        pick_tile(
            enhanced(atlas["images"][places]),
            [_label(atlas, place) for place in places],
            atlas["map_index"][places].tolist(),
            chosen,
            "atlas.sheet",
            pick_map,
        )
    below = st.container(horizontal=True, vertical_alignment="center")
    note(_sentence(atlas, layer, len(places)), below)
    below.download_button(
        "PNG of the sheet",
        lambda: png(sheet(enhanced(atlas["images"][places]), COLUMNS, GAP), 4),
        f"atlas-{layer}.png",
        "image/png",
        on_click="ignore",
        disabled=len(places) == 0,
    )
    _draw_map(atlas, layer, chosen)


def _order(atlas: Atlas, sort: str) -> Any:
    match sort:
        case "score":
            return np.argsort(-atlas["scores"], kind="stable")
        case "class":
            return np.lexsort((-atlas["scores"], atlas["classes"]))
        case "beside digits":
            return np.argsort(-np.nan_to_num(atlas["relative"], nan=-1.0), kind="stable")
        case "similarity":
            return _chain(similarities(atlas["images"], atlas["images"]))
        case _:
            return np.arange(len(atlas["scores"]))


def _chain(alike: Any) -> Any:
    """Return an order in which each map is followed by the one most like it that is left."""
    order = [0]
    left = set(range(1, len(alike)))
    while left:
        following = max(left, key=lambda place: alike[order[-1], place])
        order.append(following)
        left.remove(following)
    return np.array(order)


def _selected(atlas: Atlas, only: str) -> Any:
    match only.split():
        case ["idle"]:
            return atlas["example_scores"][:, 0] <= 0
        case ["rescued"]:
            return atlas["rescued"].astype(bool)
        case ["read", "as", digit]:
            return atlas["classes"] == int(digit)
        case _:
            return np.ones(len(atlas["scores"]), bool)


def _label(atlas: Atlas, place: int) -> str:
    return (
        f"map {atlas['map_index'][place]}: score {atlas['scores'][place]:.3g}, read as {atlas['classes'][place]}; "
        f"most excited by a {atlas['example_labels'][place, 0]}"
    )


def _sentence(atlas: Atlas, layer: str, shown: int) -> str:
    scores = atlas["scores"]
    idle = int((atlas["example_scores"][:, 0] <= 0).sum())
    silent = int((scores <= 0).sum())
    return (
        f"{shown} of {len(scores)} maps of {layer}. {'All' if not silent else f'All but {silent}'} have a pattern; the median score is "
        f"{np.median(scores):.3g}; {int(atlas['rescued'].sum())} had to be rescued, {idle} react to no test digit."
    )


def _draw_map(atlas: Atlas, layer: str, number: int) -> None:
    place = int(np.flatnonzero(atlas["map_index"] == number)[0])
    st.header(f"Map {number} of {layer}")
    left, right = st.columns(2, gap="large")
    with left:
        image = atlas["images"][place]
        kinds = ["enhanced", "plain"]
        alts = [f"{_label(atlas, place)}, {kind}" for kind in kinds]
        draw_tiles(np.stack([enhanced(image), plain(image)]), kinds, alts, "11rem")
        st.markdown(_story(atlas, place))
        draw_map_links(layer, number, ATLAS, st.container(horizontal=True))
    with right:
        _draw_examples(atlas, place)


def _story(atlas: Atlas, place: int) -> str:
    relative = atlas["relative"][place]
    beside = (
        f"**{relative:.1f} times** what the best test digit reaches"
        if np.isfinite(relative)
        else "while no test digit excites this map at all"
    )
    rescued = " Its start was dead and had to be rescued." if atlas["rescued"][place] else ""
    return (
        f"Score **{atlas['scores'][place]:.3g}**, {beside}. The network reads the pattern as a "
        f"{atlas['classes'][place]}. The map reacts to {int(atlas['responding'][place]):,} of the large-scale patterns "
        f"that were tried.{rescued}"
    )


def _draw_examples(atlas: Atlas, place: int) -> None:
    st.markdown("**The nine test digits that excite it most**")
    test = digits(data_at_hand(), "test")
    chosen, labels = atlas["examples"][place], atlas["example_labels"][place]
    if np.array_equal(test.labels[chosen], labels):
        captions = [
            f"a {label}: {value:.3g}" for label, value in zip(labels, atlas["example_scores"][place], strict=True)
        ]
        draw_tiles(test.images[chosen], captions, captions, "5rem")
    else:
        note(
            f"Their labels: {', '.join(str(label) for label in labels)}. "
            "The atlas was made with other digits than those at hand, so they cannot be shown."
        )


def _compare(atlas: Atlas, layer: str) -> None:
    """Draw the answer to the question whether two trainings find the same filters."""
    st.header("Do two trainings find the same filters?")
    names = _others()
    if not names:
        st.markdown("Train a second network, or keep an epoch of one, and compare its atlas with this.")
        return
    other = st.selectbox("Compare with", list(names), format_func=lambda name: names[name], key=OTHER_KEY)
    other_layers = [row.name for row in layer_rows(find_network(other, services.store()).recipe)]
    if layer not in other_layers:
        tell(f"That network has no layer {layer}.")
        return
    second = _atlas(layer, lambda: str(st.session_state.get(OTHER_KEY, other)))
    if second is None:
        return
    match = best_matches(atlas["images"], second["images"])
    control = best_matches(atlas["images"], np.flip(second["images"], axis=1))
    st.markdown(
        f"On average a map finds a partner that agrees to **{100 * match.mean:.0f} %** (correlation at the best shift); "
        f"with the other's patterns turned upside down, as a control, it is {100 * control.mean:.0f} %."
    )
    best = np.argsort(-match.similarity)[:12]
    pairs = np.stack([atlas["images"][best], second["images"][match.partner[best]]], axis=1).reshape(-1, 28, 28)
    captions = []
    for place in best:
        partner = match.partner[place]
        captions += [
            f"map {atlas['map_index'][place]}",
            f"its map {second['map_index'][partner]}: {100 * match.similarity[place]:.0f} %",
        ]
    draw_tiles(enhanced(pairs), captions, captions, "6rem")


def _others() -> dict[str, str]:
    names = {REFERENCE: model_title(REFERENCE)}
    for run in services.store().runs():
        if run.epochs() and run.state().name == "finished":
            names[run.id] = run.name()
            for epoch in run.epochs():
                names[f"{run.id}@{epoch}"] = f"{run.name()}, epoch {epoch}"
    names.pop(model_in_use(), None)
    return names
