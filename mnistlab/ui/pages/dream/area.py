"""The chosen area of a dream: its map, what the network saw there and what it made of it; split, join, switch off."""

import numpy as np
import streamlit as st

from mnistlab.errors import MnistlabError
from mnistlab.figures.sheet import pattern_sheet
from mnistlab.patterns.contrast import enhanced
from mnistlab.recipes import DreamRecipe, layer_rows
from mnistlab.recipes.dream import MOST_LEVELS, WHOLE_LAYER, AreaRecipe
from mnistlab.recipes.dream_areas import FULL, Place, children, is_within, parent, write_areas
from mnistlab.recipes.dream_view import DreamView, listed
from mnistlab.results.atlas import Atlas
from mnistlab.results.dream import DreamResult
from mnistlab.store.atlases import atlas_recipe, find_atlas
from mnistlab.ui.pages.dream.form import PREFIX, read_form
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.parts.tiles import draw_pairs, draw_tiles
from mnistlab.ui.shell import services
from mnistlab.ui.shell.frame import model_in_use, network_in_use, shared_parameters
from mnistlab.ui.shell.map_links import DREAM, draw_map_links
from mnistlab.ui.state.views import change_view
from mnistlab.wording import in_digits


def area_name(place: Place) -> str:
    """Return what an area is called on screen."""
    level, row, column = place
    if place == FULL:
        return "Full picture"
    if level == 1:
        return f"{('Upper', 'Lower')[row]} {('left', 'right')[column]} quadrant"
    # As one counts on a picture; links and recipes count from 0.
    return f"Tile of level {level}, row {row + 1}, column {column + 1}"


def carver_name(layer: str, map_index: int) -> str:
    """Return what carves an area, in words for the screen."""
    if map_index == WHOLE_LAYER:
        return "the whole layer"
    return f"{'node' if layer.startswith('Dense') else 'map'} {map_index}"


def draw_area(view: DreamView, recipe: DreamRecipe, found: DreamResult) -> None:
    """Draw the panel of the area that is looked at."""
    place, carved = view.place, listed(view)
    _draw_path(place)
    st.header(area_name(place))
    _buttons(view, place, carved)
    rows = {tuple(int(part) for part in row): number for number, row in enumerate(found.areas)}
    number = rows.get(place)
    atlas = _atlas(recipe)
    if number is None:
        st.caption("Nothing is carved here by itself; what its surroundings or parts carve still reaches into it.")
    else:
        _draw_sight(recipe, found, number, atlas)
    _choose_map(view, place, carved, atlas, None if number is None else int(found.area_maps[number]))
    if len(rows) > 1:
        with st.expander(f"What the network saw in each of the {len(rows)} areas, before and after carving"):
            _draw_all(recipe, found)


def _draw_path(place: Place) -> None:
    """Draw the way from the full picture to an area; each that holds it is a click away."""
    above = []
    while place != FULL:
        place = parent(place)
        above.append(place)
    row = st.container(horizontal=True, vertical_alignment="center", gap="xsmall")
    for one in reversed(above):
        row.button(f"{area_name(one)} ›", key=f"{PREFIX}|path{one[0]}", type="tertiary", on_click=_look_at, args=(one,))
    if not above:
        row.caption("Choose a part under “areas” to look at it alone.")


def _buttons(view: DreamView, place: Place, carved: dict[Place, AreaRecipe]) -> None:
    row = st.container(horizontal=True)
    is_split = any(is_within(other, place) for other in carved)
    is_on = place in carved or (place == FULL and view.recipe.carve_full)
    if is_split:
        row.button(
            "Merge",
            icon=":material/crop_square:",
            on_click=attempt,
            args=(_join, place),
            help="Drop what divides this area.",
        )
    else:
        row.button(
            "Split",
            icon=":material/grid_view:",
            on_click=attempt,
            args=(_split, place),
            disabled=place[0] >= MOST_LEVELS,
            help="Carve its four quadrants, too.",
        )
    row.button(
        "Switch off" if is_on else "Switch on",
        icon=":material/visibility_off:" if is_on else ":material/visibility:",
        on_click=attempt,
        args=(_switch, place),
        help="Whether this area is carved as a whole.",
    )


def _split(place: Place) -> None:
    view = read_form()
    carved = listed(view) | {part: AreaRecipe(level=part[0], row=part[1], column=part[2]) for part in children(place)}
    levels = max(view.recipe.levels, place[0] + 1)
    change_view(PREFIX, "recipe", levels=levels)
    _keep(carved, _name(children(place)[0]))


def _join(place: Place) -> None:
    _keep({other: area for other, area in listed(read_form()).items() if not is_within(other, place)}, _name(place))


def _switch(place: Place) -> None:
    view = read_form()
    if place == FULL:
        change_view(PREFIX, "recipe", carve_full=not view.recipe.carve_full)
        return
    carved = listed(view)
    if place in carved:
        del carved[place]
    else:
        carved[place] = AreaRecipe(level=place[0], row=place[1], column=place[2])
    _keep(carved, _name(place))


def _keep(carved: dict[Place, AreaRecipe], area: str) -> None:
    change_view(PREFIX, "", areas=write_areas(tuple(carved.values())), area=area)


def _look_at(place: Place) -> None:
    change_view(PREFIX, "", area=_name(place))


def _name(place: Place) -> str:
    return ".".join(str(part) for part in place)


def _draw_sight(recipe: DreamRecipe, found: DreamResult, number: int, atlas: Atlas | None) -> None:
    map_index = int(found.area_maps[number])
    before, after = found.area_scores[number]
    name = carver_name(recipe.layer, map_index)
    images, captions = [found.area_saw[number], found.area_made[number]], ["before carving", "after carving"]
    alts = [
        f"The area at 28×28 pixels: score {in_digits(before, 3)}",
        f"The same after the ascent: score {in_digits(after, 3)}",
    ]
    if atlas is not None and map_index in atlas.map_index:
        images.append(atlas.images[int(np.flatnonzero(atlas.map_index == map_index)[0])])
        captions.append(f"what {name} looks for")
        alts.append(f"The pattern {name} of {recipe.layer} reacts to most")
    st.markdown(
        f"Carved by **{name}** of {recipe.layer}: in the last iteration its score rose from {in_digits(before, 3)} to **{in_digits(after, 3)}**."
        + (" It does not react to this area, so nothing moved." if after == 0 else "")
    )
    draw_tiles(enhanced(np.stack(images)), captions, alts, "8rem")
    if map_index != WHOLE_LAYER:
        is_dense = recipe.layer.startswith("Dense")
        draw_map_links(recipe.layer, map_index, DREAM, st.container(horizontal=True), is_dense)


def _choose_map(
    view: DreamView, place: Place, carved: dict[Place, AreaRecipe], atlas: Atlas | None, current: int | None
) -> None:
    if place != FULL and place not in carved:
        return
    with st.expander("Choose its map by its picture", icon=":material/grid_view:"):
        if atlas is None:
            st.caption("There is no atlas of this layer yet, so its maps have no pictures to choose from.")
            rows = {row.name: row for row in layer_rows(network_in_use().recipe)}
            if rows[view.recipe.layer].kind == "convolution":
                st.page_link(
                    "pages/atlas.py",
                    label="Make the atlas of this layer",
                    icon=":material/grid_view:",
                    query_params={**shared_parameters(), "layer": view.recipe.layer},
                )
            st.caption("Type a number instead: for all areas under “Map”, for a level under “Levels”.")
            return
        own = carved[place].map_index if place != FULL else None
        if own is not None:
            st.button("As the others", icon=":material/undo:", on_click=attempt, args=(_set_map, place, None))
        labels = [f"map {number}" for number in atlas.map_index]
        pick_cell(
            pattern_sheet(enhanced(atlas.images), atlas.map_index.tolist(), labels),
            f"{PREFIX}|maps",
            "The atlas of this layer: arrow keys go from one map to the next.",
            current,
            lambda number: attempt(_set_map, place, number),
        )


def _set_map(place: Place, number: int | None) -> None:
    if place == FULL:
        change_view(PREFIX, "recipe", map_index=number, choose="given")
        return
    carved = listed(read_form())
    if place not in carved:
        # It has been switched off, or joined with others, in the same moment.
        return
    carved[place] = carved[place].model_copy(update={"map_index": number})
    _keep(carved, _name(place))


def _draw_all(recipe: DreamRecipe, found: DreamResult) -> None:
    captions = []
    for place, map_index, (before, after) in zip(found.areas, found.area_maps, found.area_scores, strict=True):
        name = area_name((int(place[0]), int(place[1]), int(place[2])))
        captions.append(
            f"{name}: {carver_name(recipe.layer, int(map_index))}, {in_digits(before, 2)} → {in_digits(after, 2)}"
        )
    alts = [f"{caption}: before and after" for caption in captions]
    draw_pairs(enhanced(found.area_saw), enhanced(found.area_made), captions, alts)


def _atlas(recipe: DreamRecipe) -> Atlas | None:
    try:
        return find_atlas(atlas_recipe(model_in_use(), recipe.layer), services.store())
    except MnistlabError:
        # The page Atlas says what is wrong with it.
        return None
