"""The panel of the selected area of a dream: its map, its picture before and after carving; split, merge, switch off."""

import numpy as np
import streamlit as st

from mnistlab.errors import MnistlabError
from mnistlab.figures.sheet import pattern_sheet
from mnistlab.patterns.contrast import enhanced
from mnistlab.recipes import DreamRecipe, layer_rows
from mnistlab.recipes.dream import MOST_LEVELS, WHOLE_LAYER, AreaRecipe
from mnistlab.recipes.dream_areas import FULL, Area, children, is_within, parent, write_areas
from mnistlab.recipes.dream_view import DreamView, carved_areas
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


def area_name(area: Area) -> str:
    """Return the name of an area on screen."""
    level, row, column = area
    if area == FULL:
        return "Full picture"
    if level == 1:
        return f"{('Upper', 'Lower')[row]} {('left', 'right')[column]} quadrant"
    # On screen rows and columns count from 1; in links and recipes from 0.
    return f"Tile of level {level}, row {row + 1}, column {column + 1}"


def carver_name(layer: str, map_index: int) -> str:
    """Return the name of the map, node or layer that carves an area, for the screen."""
    if map_index == WHOLE_LAYER:
        return "the whole layer"
    return f"{'node' if layer.startswith('Dense') else 'map'} {map_index}"


def draw_area(view: DreamView, recipe: DreamRecipe, result: DreamResult) -> None:
    """Draw the panel of the selected area."""
    area, carved = view.selected_area, carved_areas(view)
    _draw_path(area)
    st.header(area_name(area))
    _buttons(view, area, carved)
    rows = {tuple(int(part) for part in row): number for number, row in enumerate(result.areas)}
    number = rows.get(area)
    atlas = _atlas(recipe)
    if number is None:
        st.caption("Nothing is carved here by itself; what its surroundings or parts carve still reaches into it.")
    else:
        _draw_sight(recipe, result, number, atlas)
    _choose_map(view, area, carved, atlas, None if number is None else int(result.area_maps[number]))
    if len(rows) > 1:
        with st.expander(f"What the network saw in each of the {len(rows)} areas, before and after carving"):
            _draw_all(recipe, result)


def _draw_path(area: Area) -> None:
    """Draw the path from the full picture to an area, with a button for each area that contains it."""
    above = []
    while area != FULL:
        area = parent(area)
        above.append(area)
    row = st.container(horizontal=True, vertical_alignment="center", gap="xsmall")
    for outer in reversed(above):
        row.button(
            f"{area_name(outer)} ›", key=f"{PREFIX}|path{outer[0]}", type="tertiary", on_click=_select, args=(outer,)
        )
    if not above:
        row.caption("Choose a part under “areas” to look at it alone.")


def _buttons(view: DreamView, area: Area, carved: dict[Area, AreaRecipe]) -> None:
    row = st.container(horizontal=True)
    is_split = any(is_within(other, area) for other in carved)
    is_on = area in carved or (area == FULL and view.recipe.carve_full)
    if is_split:
        row.button(
            "Merge",
            icon=":material/crop_square:",
            on_click=attempt,
            args=(_join, area),
            help="Drop what divides this area.",
        )
    else:
        row.button(
            "Split",
            icon=":material/grid_view:",
            on_click=attempt,
            args=(_split, area),
            disabled=area[0] >= MOST_LEVELS,
            help="Carve its four quadrants, too.",
        )
    row.button(
        "Switch off" if is_on else "Switch on",
        icon=":material/visibility_off:" if is_on else ":material/visibility:",
        on_click=attempt,
        args=(_switch, area),
        help="Whether this area is carved as a whole.",
    )


def _split(area: Area) -> None:
    view = read_form()
    quadrants = {part: AreaRecipe(level=part[0], row=part[1], column=part[2]) for part in children(area)}
    carved = carved_areas(view) | quadrants
    levels = max(view.recipe.levels, area[0] + 1)
    change_view(PREFIX, "recipe", levels=levels)
    _change(carved, _name(children(area)[0]))


def _join(area: Area) -> None:
    carved = carved_areas(read_form())
    _change({other: recipe for other, recipe in carved.items() if not is_within(other, area)}, _name(area))


def _switch(area: Area) -> None:
    view = read_form()
    if area == FULL:
        change_view(PREFIX, "recipe", carve_full=not view.recipe.carve_full)
        return
    carved = carved_areas(view)
    if area in carved:
        del carved[area]
    else:
        carved[area] = AreaRecipe(level=area[0], row=area[1], column=area[2])
    _change(carved, _name(area))


def _change(carved: dict[Area, AreaRecipe], selected: str) -> None:
    change_view(PREFIX, "", areas=write_areas(tuple(carved.values())), area=selected)


def _select(area: Area) -> None:
    change_view(PREFIX, "", area=_name(area))


def _name(area: Area) -> str:
    return ".".join(str(part) for part in area)


def _draw_sight(recipe: DreamRecipe, result: DreamResult, number: int, atlas: Atlas | None) -> None:
    map_index = int(result.area_maps[number])
    before, after = result.area_scores[number]
    name = carver_name(recipe.layer, map_index)
    images, captions = [result.area_saw[number], result.area_made[number]], ["before carving", "after carving"]
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
    view: DreamView, area: Area, carved: dict[Area, AreaRecipe], atlas: Atlas | None, current: int | None
) -> None:
    if area != FULL and area not in carved:
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
        own = carved[area].map_index if area != FULL else None
        if own is not None:
            st.button("As the others", icon=":material/undo:", on_click=attempt, args=(_set_map, area, None))
        labels = [f"map {number}" for number in atlas.map_index]
        pick_cell(
            pattern_sheet(enhanced(atlas.images), atlas.map_index.tolist(), labels),
            f"{PREFIX}|maps",
            "The atlas of this layer: arrow keys go from one map to the next.",
            current,
            lambda number: attempt(_set_map, area, number),
        )


def _set_map(area: Area, number: int | None) -> None:
    if area == FULL:
        change_view(PREFIX, "recipe", map_index=number, choose="given")
        return
    carved = carved_areas(read_form())
    if area not in carved:
        # It was switched off, or merged with others, at the same moment.
        return
    carved[area] = carved[area].model_copy(update={"map_index": number})
    _change(carved, _name(area))


def _draw_all(recipe: DreamRecipe, result: DreamResult) -> None:
    captions = []
    for area, map_index, (before, after) in zip(result.areas, result.area_maps, result.area_scores, strict=True):
        name = area_name((int(area[0]), int(area[1]), int(area[2])))
        captions.append(
            f"{name}: {carver_name(recipe.layer, int(map_index))}, {in_digits(before, 2)} → {in_digits(after, 2)}"
        )
    alts = [f"{caption}: before and after" for caption in captions]
    draw_pairs(enhanced(result.area_saw), enhanced(result.area_made), captions, alts)


def _atlas(recipe: DreamRecipe) -> Atlas | None:
    try:
        return find_atlas(atlas_recipe(model_in_use(), recipe.layer), services.store())
    except MnistlabError:
        # The page Atlas shows the error.
        return None
