"""The choices of a dream, in groups."""

import secrets
from pathlib import Path
from typing import Any

from mnistlab.carving.dream_files import read_dream_png
from mnistlab.carving.photos import SAMPLES, keep_normalised, keep_photo, photo_file
from mnistlab.carving.roulette import throw
from mnistlab.data.picture_files import ACCEPTED, MOST_BYTES
from mnistlab.errors import DataError, MnistlabError
from mnistlab.recipes import LayerRow, layer_rows
from mnistlab.recipes.dream import (
    MOST_LEVELS,
    CarvingAscent,
    ContrastRecipe,
    CropRecipe,
    DreamRecipe,
    LevelRecipe,
)
from mnistlab.recipes.dream_areas import ALL
from mnistlab.recipes.dream_view import DreamLink, DreamView, view_of
from mnistlab.recipes.network import NetworkRecipe
from mnistlab.store.models import find_network
from mnistlab.ui.mends.beginning import begin_at, begin_with
from mnistlab.ui.mends.reading import reading, st
from mnistlab.ui.parts.complaints import attempt, complain
from mnistlab.ui.parts.text import warn
from mnistlab.ui.parts.uploads import read_upload
from mnistlab.ui.shell import services
from mnistlab.ui.shell.frame import model_in_use, network_in_use, use_model
from mnistlab.ui.shell.visitors import network
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.handout import draw_groups
from mnistlab.ui.state.recipe_form import choices_of
from mnistlab.ui.state.views import begin_view, change_view

PREFIX = "dream"
RECIPE = f"{PREFIX}.recipe"
YOURS = "yours"


def draw_form(content: Content, network: NetworkRecipe) -> None:
    """Draw all groups of choices and update `content`, that of a `DreamView`."""
    recipe = content["recipe"]
    recipe["model"] = model_in_use()
    _picture(recipe)
    st.button(
        "Dream roulette",
        key="dream-roulette",
        icon=":material/casino:",
        type="primary",
        on_click=attempt,
        args=(_roulette,),
        help="One throw: another layer, other maps, another depth, for the same picture.",
        width="stretch",
    )
    _map(recipe, network)
    carving, levels, picture, shades = draw_groups(
        {"carve": "Carve", "levels": "Levels", "frame": "Frame", "shades": "Shades"}
    )
    with carving:
        _levels(content)
        recipe |= choices_of(DreamRecipe, recipe, RECIPE, ("iterations",))
        recipe["ascent"] |= choices_of(CarvingAscent, recipe["ascent"], f"{RECIPE}.ascent", ("steps", "step_size"))
        recipe |= choices_of(DreamRecipe, recipe, RECIPE, ("strength", "blend", "choose"))
    with levels:
        _by_level(recipe, network)
        recipe |= choices_of(DreamRecipe, recipe, RECIPE, ("carve_full", "restore_contrast"))
        recipe["ascent"] |= choices_of(CarvingAscent, recipe["ascent"], f"{RECIPE}.ascent", ("rescue",))
    with picture:
        recipe |= choices_of(DreamRecipe, recipe, RECIPE, ("size",))
        recipe["crop"] |= choices_of(CropRecipe, recipe["crop"], f"{RECIPE}.crop", ("side", "across", "down"))
    with shades:
        recipe |= choices_of(DreamRecipe, recipe, RECIPE, ("colour",))
        recipe["contrast"] |= choices_of(
            ContrastRecipe, recipe["contrast"], f"{RECIPE}.contrast", ("height", "spectrum")
        )
        recipe |= choices_of(DreamRecipe, recipe, RECIPE, ("gray",))


def read_form() -> DreamView:
    """Return the view as the widgets stand at this moment; for callbacks.

    Raises:
        RecipeError: if it is invalid.
    """
    content = begin_view(DreamLink, PREFIX)
    with reading():
        draw_form(content, network_in_use().recipe)
    return DreamLink.read({PREFIX: content}).dream


def read_dream() -> DreamRecipe:
    """Return the dream recipe as the widgets stand at this moment; for callbacks, errors as for `read_form`."""
    return read_form().dream()


def carving_rows(network: NetworkRecipe) -> list[LayerRow]:
    """Return the layers that can carve."""
    return [row for row in layer_rows(network) if row.kind != "flatten"]


def show_recipe(recipe: DreamRecipe) -> None:
    """Show a recipe on the page; for callbacks."""
    view = view_of(recipe).model_dump(mode="json")
    change_view(PREFIX, "", recipe=view["recipe"], areas=view["areas"], area=view["area"])


def _picture(recipe: Content) -> None:
    names = [*SAMPLES, *([YOURS] if recipe["picture"] not in SAMPLES else [])]
    key = f"{RECIPE}.picture"
    shown = recipe["picture"] if recipe["picture"] in SAMPLES else YOURS
    chosen = begin_with(key, shown)
    st.pills("Picture", names, default=chosen, key=key, required=True, wrap=True, on_change=_take_sample, args=(key,))
    with st.container(key="dream-own-picture").expander("Bring your own", icon=":material/add_photo_alternate:"):
        st.file_uploader(
            "A picture, or the PNG of a dream",
            ACCEPTED,
            key=f"{PREFIX}|file",
            max_upload_size=MOST_BYTES // 1_000_000,
            on_change=_take_file,
            args=(f"{PREFIX}|file",),
            help="It stays on this server. A PNG saved here brings back everything: picture, recipe and areas.",
        )
        if st.toggle("Take a photograph", key=f"{PREFIX}|with_camera"):
            st.camera_input("Photograph", key=f"{PREFIX}|camera", on_change=_take_file, args=(f"{PREFIX}|camera",))


def _take_sample(key: str) -> None:
    if st.session_state.get(key) in SAMPLES:
        change_view(PREFIX, "recipe", picture=st.session_state[key])


def _take_file(key: str) -> None:
    picture = read_upload(st.session_state.get(key))
    if picture is not None:
        attempt(_take_picture, picture)


def _take_picture(content: bytes) -> None:
    restored, home = read_dream_png(content), services.store().home
    if restored is None:
        change_view(PREFIX, "recipe", picture=keep_photo(content, home, network()))
        return
    recipe, photo = restored
    if photo is not None:
        keep_normalised(photo, home, network())
    else:
        _must_be_here(recipe.picture, home)
    try:
        find_network(recipe.model, services.store())
    except MnistlabError as error:
        complain(f"{error} The dream is shown with the network in use.")
        recipe = recipe.model_copy(update={"model": model_in_use()})
    use_model(recipe.model)
    show_recipe(recipe)


def _must_be_here(picture: str, home: Path) -> None:
    """Raise DataError if a recipe's picture is not in the store, so that the page stays as it is."""
    try:
        photo_file(picture, home)
    except DataError:
        raise DataError(
            "The recipe in this PNG dreams in a picture that is not here, and does not bring it. Bring that picture first."
        ) from None


def _roulette() -> None:
    rows = carving_rows(network_in_use().recipe)
    show_recipe(throw(read_form().recipe, rows, secrets.randbelow(2**31)))


def _map(recipe: Content, network: NetworkRecipe) -> None:
    rows = {row.name: row for row in carving_rows(network)}
    if recipe["layer"] not in rows:
        warn(f"The network in use has no layer “{recipe['layer']}”; its last convolution is shown.")
        recipe["layer"] = [row.name for row in rows.values() if row.kind == "convolution"][-1]
    left, right = st.columns([3, 2])
    key = f"{RECIPE}.layer"
    recipe["layer"] = left.selectbox(
        "Layer",
        list(rows),
        begin_at(key, list(rows), recipe["layer"]),
        key=key,
        help="The layer whose maps, nodes or classes carve.",
    )
    row = rows[str(recipe["layer"])]
    recipe["map_index"] = _number(
        "Map" if len(row.shape) == 3 else "Node or class",
        f"{RECIPE}.map_index",
        recipe["map_index"],
        row.shape[-1] - 1,
        "the whole layer",
        "The map that carves wherever no other is named; empty: the whole layer.",
        right,
    )


def _levels(content: Content) -> None:
    key = f"{RECIPE}.levels"
    content["recipe"]["levels"] = st.slider(
        "Levels",
        0,
        3,
        begin_with(key, int(content["recipe"]["levels"])),
        key=key,
        help="0: the full picture only; 1: also its quadrants; 2: 16 tiles; 3: 64 tiles. Moving it takes back what was done to single areas.",
        on_change=change_view,
        args=(PREFIX, ""),
        kwargs={"areas": ALL, "area": "0.0.0"},
    )


def _by_level(recipe: Content, network: NetworkRecipe) -> None:
    rows = {row.name: row for row in carving_rows(network)}
    last_map = rows[recipe["layer"]].shape[-1] - 1
    # A link may contain a shorter list.
    recipe["by_level"] += [LevelRecipe().model_dump() for _ in range(MOST_LEVELS - len(recipe["by_level"]))]
    if not recipe["levels"]:
        st.caption("Only the full picture is carved. Raise “Levels” for more.")
    for number in range(1, recipe["levels"] + 1):
        level, path = recipe["by_level"][number - 1], f"{RECIPE}.by_level.{number - 1}"
        st.markdown(f"**Level {number}**: {4**number} tiles. Empty: as the full picture.")
        columns = st.columns(3)
        level["map_index"] = _number(
            "Map",
            f"{path}.map_index",
            level["map_index"],
            last_map,
            "same",
            "The map of this level's tiles.",
            columns[0],
            -1,
        )
        level["steps"] = _number(
            "Steps", f"{path}.steps", level["steps"], 300, "same", "Steps in each iteration.", columns[1]
        )
        level["iterations"] = _number(
            "Iterations",
            f"{path}.iterations",
            level["iterations"],
            20,
            "all",
            "In how many, counted from the last.",
            columns[2],
        )


def _number(
    label: str, key: str, value: int | None, most: int, empty: str, help: str, container: Any = st, least: int = 0
) -> int | None:
    """Draw an input for an optional whole number; empty: None."""
    if value is not None and not least <= value <= most:
        st.session_state.pop(key, None)
        value = min(max(value, least), most)
    shown = begin_with(key, value)
    number = container.number_input(label, least, most, shown, 1, key=key, placeholder=empty, help=help)
    return None if number is None else int(number)
