"""The page Dream."""

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from mnistlab.carving.dream_files import picture_of
from mnistlab.carving.photos import find_photo
from mnistlab.carving.preview import preview_of, seconds_of
from mnistlab.carving.shades import square
from mnistlab.engine.tasks.patterns import carve
from mnistlab.errors import MnistlabError, RecipeError
from mnistlab.pictures.encoding import photo_address
from mnistlab.recipes import DreamRecipe
from mnistlab.recipes.dream import WHOLE_LAYER, CropRecipe
from mnistlab.recipes.dream_areas import FULL, Area, leaves
from mnistlab.recipes.dream_view import DreamLink, DreamView, carved_areas
from mnistlab.results.dream import DreamResult
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.run_folder import RunFolder
from mnistlab.ui.answers.asking import answer, wait_for_answers
from mnistlab.ui.answers.job import draw_job
from mnistlab.ui.answers.open_questions import READING, Unanswered
from mnistlab.ui.answers.shared import kept_here, known
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.answers.ways import way_to
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.pages.dream.area import area_name, carver_name, draw_area
from mnistlab.ui.pages.dream.board import BoardArea, draw_board
from mnistlab.ui.pages.dream.form import PREFIX, draw_form, read_dream
from mnistlab.ui.pages.dream.more import draw_more
from mnistlab.ui.parts.terms import introduce
from mnistlab.ui.parts.text import as_html, fail, note
from mnistlab.ui.shell import services
from mnistlab.ui.shell.frame import choices_and_result, network_in_use
from mnistlab.ui.state.views import begin_view, change_view, finish_view
from mnistlab.wording import counted

PREVIEW = "A quick preview; the dream in full size is on its way …"
# Height of the panel below the picture, in pixels on a wide page.
AREA_HEIGHT = 420
VIEWS = ["divider", "areas", "side by side"]


def draw_dream() -> None:
    """Draw the page: choices on the left, the dream on the right."""
    st.title("Let it dream")
    introduce(
        "The network has only ever seen digits. Shown a photo, its [[map|maps]] still find traces of what they look for; [[gradient ascent]] "
        "makes those stronger, and the patterns are [[carved]] into the picture: into the full frame, its quadrants, and theirs.",
        "pixel",
        "convolution",
        "OIP",
        "detail correction",
    )
    content = begin_view(DreamLink, PREFIX)
    network = network_in_use()
    left, right = choices_and_result(4)
    with left:
        draw_form(content, network.recipe)
    view = finish_view(DreamLink, PREFIX).dream
    with right:
        try:
            recipe = view.dream()
        except RecipeError as error:
            fail(str(error))
            return
        _draw_views(view)
        # The run's button and progress come and go below the picture, so that the picture does not move.
        picture, waiting = st.container(), st.container()
        with waiting:
            current = _current_dream(recipe, network)
        with picture:
            draw = partial(_draw_pictures, view, current.recipe, network.digest)
            draw_answer("dream", current.dream, draw, partial(_draw_original, recipe), better=current.better)
        draw_answer("dream-area", current.dream, partial(draw_area, view, recipe), AREA_HEIGHT, silent=True)
    full = current.dream if current.recipe == recipe else None
    draw_answer("dream-more", full, partial(draw_more, recipe, network), silent=True)
    wait_for_answers()


@dataclass(frozen=True, eq=False)
class CurrentDream:
    """The best available dream for the page's recipe.

    Attributes:
        dream: its arrays, or why there are none.
        recipe: the recipe of `dream`: the one asked for, or its quick preview.
        better: why the full dream is missing, if `dream` is the preview.
    """

    dream: DreamResult | Unanswered
    recipe: DreamRecipe
    better: Unanswered | None = None


def _current_dream(recipe: DreamRecipe, network: StoredNetwork) -> CurrentDream:
    """Return the best available dream; if it takes a run, draw the run's button or progress."""
    way = way_to(seconds_of(recipe))
    key = f"dream/{recipe.digest}/{network.digest}"
    if way == "run":
        run = draw_job(
            recipe, read_dream, lambda dream: f"Dream in {dream.picture}", "Dream at full length", _draw_growing
        )
        if run is not None:
            return CurrentDream(kept_here(key, lambda: DreamResult.of(run.result()).lighter()), recipe)
    elif way == "at once":
        return CurrentDream(answer(key, carve, recipe.to_json()), recipe)
    elif (earlier := known(key)) is not None:
        return CurrentDream(earlier, recipe)
    small = preview_of(recipe)
    preview = answer(f"dream/{small.digest}/{network.digest}", carve, small.to_json())
    if isinstance(preview, Unanswered):
        return CurrentDream(preview, small)
    if way == "run":
        st.caption("A quick preview of the dream.")
        return CurrentDream(preview, small)
    # Asked only now, because computing it beside the preview would delay the preview.
    full = answer(key, carve, recipe.to_json(), patience=0.0, aside=True)
    if not isinstance(full, Unanswered):
        return CurrentDream(full, recipe)
    return CurrentDream(preview, small, replace(full, sentence=PREVIEW) if full.sentence == READING else full)


def _draw_growing(run: RunFolder) -> None:
    pictures = run.pictures()
    if pictures is not None:
        st.html(f"<img class='lab-picture' src='{photo_address(pictures['picture'])}' alt='The dream as it grows.'>")


def _draw_original(recipe: DreamRecipe) -> None:
    """Draw the original picture until there is a dream of it."""
    try:
        source = _original(recipe.picture, services.store().home, recipe.crop, recipe.size)
    except MnistlabError:
        # The worker reports the error.
        return
    st.html(f"<img class='lab-picture' src='{source}' alt='The picture as it is.'>")


@lru_cache(maxsize=16)
def _original(picture: str, home: Path, crop: CropRecipe, size: int) -> str:
    return photo_address(square(find_photo(picture, home), crop, size))


def _draw_views(view: DreamView) -> None:
    key = f"{PREFIX}.view"
    st.segmented_control(
        "View",
        VIEWS,
        default=begin_with(key, view.view),
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=_take_view,
        args=(key,),
    )


def _take_view(key: str) -> None:
    # Another click at the same moment may have removed the key.
    if st.session_state.get(key):
        change_view(PREFIX, "", view=st.session_state[key])


def _draw_pictures(view: DreamView, recipe: DreamRecipe, network: str, result: DreamResult) -> None:
    dream, original = kept_here(
        f"dream-pictures/{recipe.digest}/{network}",
        lambda: [photo_address(picture_of(recipe, result, grey)) for grey in (None, result.original)],
    )
    alt = describe(recipe, result)
    if view.view == "side by side":
        for column, source, text, name in zip(
            st.columns(2), (original, dream), ("The picture as it was.", alt), ("original", "dream"), strict=True
        ):
            column.html(f"<img class='lab-picture' src='{source}' alt='{as_html(text)}'>")
            note(name, column)
    else:
        draw_board(dream, original, alt, _areas(view), view.view == "divider", f"{PREFIX}|board", _pick)
    note(alt)


def describe(recipe: DreamRecipe, result: DreamResult) -> str:
    """Return a sentence about a dream."""
    count = len(result.areas)
    carver = carver_name(recipe.layer, WHOLE_LAYER if recipe.map_index is None else recipe.map_index)
    maps = f"{carver} of {recipe.layer}" if recipe.choose == "given" else f"the {recipe.choose} maps of {recipe.layer}"
    return (
        f"A dream of {maps} in {recipe.picture if not recipe.picture.startswith('kept-') else 'your picture'}: "
        f"{counted(count, 'area')} carved in {counted(recipe.iterations, 'iteration')}."
    )


def _areas(view: DreamView) -> list[BoardArea]:
    carved = carved_areas(view)
    areas = leaves(carved)
    frames = [] if view.selected_area in areas else [view.selected_area]
    return [_board_area(view, area, carved, area in frames) for area in [*areas, *frames]]


def _board_area(view: DreamView, area: Area, carved: dict[Area, Any], frame: bool) -> BoardArea:
    is_on = area in carved if area != FULL else view.recipe.carve_full
    label = f"{area_name(area)}{'' if is_on else ', switched off'}"
    return BoardArea(
        ".".join(str(part) for part in area), label, *area, on=is_on, chosen=area == view.selected_area, frame=frame
    )


def _pick(name: str) -> None:
    change_view(PREFIX, "", area=name)
