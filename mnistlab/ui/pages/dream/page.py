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
from mnistlab.recipes.dream_areas import FULL, Place, leaves
from mnistlab.recipes.dream_view import DreamLink, DreamView, listed
from mnistlab.results.dream import DreamResult
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.run_folder import RunFolder
from mnistlab.ui.answers.asking import READING, Unanswered, answer, wait_for_answers
from mnistlab.ui.answers.job import draw_job
from mnistlab.ui.answers.shared import kept_here, known
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.answers.ways import way_to
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.pages.dream.area import area_name, carver_name, draw_area
from mnistlab.ui.pages.dream.board import BoardArea, draw_board
from mnistlab.ui.pages.dream.form import PREFIX, draw_form, read_dream
from mnistlab.ui.pages.dream.more import draw_more
from mnistlab.ui.parts.terms import draw_prose
from mnistlab.ui.parts.text import as_html, fail, note
from mnistlab.ui.shell import services
from mnistlab.ui.shell.frame import choices_and_result, network_in_use
from mnistlab.ui.state.views import begin_view, change_view, finish_view

PREVIEW = "A quick preview; the dream in full size is on its way …"
# Of the panel below the picture, in pixels on a wide page.
AREA_HEIGHT = 420
VIEWS = ["divider", "areas", "side by side"]


def draw_dream() -> None:
    """Draw the page: choices on the left, the dream on the right."""
    st.title("Let it dream")
    draw_prose(
        "The network has only ever seen digits. Shown a photo, its [[map|maps]] still find traces of what they look for; [[gradient ascent]] "
        "makes those stronger, and the patterns are [[carved]] into the picture: into the full frame, its quadrants, and theirs."
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
        # What comes and goes has its place below the picture, which so stays where it is.
        picture, waiting = st.container(), st.container()
        with waiting:
            found = _found(recipe, network)
        with picture:
            draw = partial(_draw_pictures, view, found.recipe)
            draw_answer("dream", found.dream, draw, partial(_draw_original, recipe), better=found.better)
        draw_answer("dream-area", found.dream, partial(draw_area, view, recipe), AREA_HEIGHT, silent=True)
    full = found.dream if found.recipe == recipe else None
    draw_answer("dream-more", full, partial(draw_more, recipe, network), silent=True)
    wait_for_answers()


@dataclass(frozen=True, eq=False)
class Found:
    """What there is of a dream.

    Attributes:
        dream: its arrays, or what came instead.
        recipe: of which it is the dream: what was asked for, or its quick preview.
        better: what came instead of the full dream where the preview is there.
    """

    dream: DreamResult | Unanswered
    recipe: DreamRecipe
    better: Unanswered | None = None


def _found(recipe: DreamRecipe, network: StoredNetwork) -> Found:
    """Return what there is of a dream; where it takes a run, draw its button or its progress."""
    way = way_to(seconds_of(recipe))
    key = f"dream/{recipe.digest}/{network.digest}"
    if way == "run":
        run = draw_job(
            recipe, read_dream, lambda dream: f"Dream in {dream.picture}", "Dream at full length", _draw_growing
        )
        if run is not None:
            return Found(kept_here(key, lambda: DreamResult.of(run.result()).lighter()), recipe)
    elif way == "at once":
        return Found(answer(key, carve, recipe.to_json()), recipe)
    elif (have := known(key)) is not None:
        return Found(have, recipe)
    small = preview_of(recipe)
    preview = answer(f"dream/{small.digest}/{network.digest}", carve, small.to_json())
    if isinstance(preview, Unanswered):
        return Found(preview, small)
    if way == "run":
        st.caption("A quick preview of the dream.")
        return Found(preview, small)
    # Asked only now: at work beside the preview, it would make that wait.
    full = answer(key, carve, recipe.to_json(), patience=0.0, aside=True)
    if not isinstance(full, Unanswered):
        return Found(full, recipe)
    return Found(preview, small, replace(full, sentence=PREVIEW) if full.sentence == READING else full)


def _draw_growing(run: RunFolder) -> None:
    pictures = run.pictures()
    if pictures is not None:
        st.html(f"<img class='lab-picture' src='{photo_address(pictures['picture'])}' alt='The dream as it grows.'>")


def _draw_original(recipe: DreamRecipe) -> None:
    """Draw the picture as it is, as long as there is no dream of it."""
    try:
        source = _original(recipe.picture, services.store().home, recipe.crop, recipe.size)
    except MnistlabError:
        # The worker says why.
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
    # Another click in the same moment may have taken its key away.
    if st.session_state.get(key):
        change_view(PREFIX, "", view=st.session_state[key])


def _draw_pictures(view: DreamView, recipe: DreamRecipe, found: DreamResult) -> None:
    dream = photo_address(picture_of(recipe, found))
    original = photo_address(picture_of(recipe, found, found.original))
    alt = describe(recipe, found)
    if view.view == "side by side":
        for column, source, text, name in zip(
            st.columns(2), (original, dream), ("The picture as it was.", alt), ("original", "dream"), strict=True
        ):
            column.html(f"<img class='lab-picture' src='{source}' alt='{as_html(text)}'>")
            note(name, column)
    else:
        draw_board(dream, original, alt, _areas(view), view.view == "divider", f"{PREFIX}|board", _pick)
    note(alt)


def describe(recipe: DreamRecipe, found: DreamResult) -> str:
    """Return a sentence about a dream."""
    count = len(found.areas)
    change = float(abs(found.picture - found.original).mean())
    what = carver_name(recipe.layer, WHOLE_LAYER if recipe.map_index is None else recipe.map_index)
    how = f"{what} of {recipe.layer}" if recipe.choose == "given" else f"the {recipe.choose} maps of {recipe.layer}"
    return (
        f"A dream of {how} in {recipe.picture if not recipe.picture.startswith('kept-') else 'your picture'}: "
        f"{count} area{'s' * (count != 1)} carved in {recipe.iterations} iteration{'s' * (recipe.iterations != 1)}, "
        f"changing the grey values by {change:.2f} standard deviations on average."
    )


def _areas(view: DreamView) -> list[BoardArea]:
    carved = listed(view)
    places = leaves(carved)
    frames = [] if view.place in places else [view.place]
    return [_board_area(view, place, carved, place in frames) for place in [*places, *frames]]


def _board_area(view: DreamView, place: Place, carved: dict[Place, Any], frame: bool) -> BoardArea:
    is_on = place in carved if place != FULL else view.recipe.carve_full
    label = f"{area_name(place)}{'' if is_on else ', switched off'}"
    return BoardArea(
        ".".join(str(part) for part in place), label, *place, on=is_on, chosen=place == view.place, frame=frame
    )


def _pick(name: str) -> None:
    change_view(PREFIX, "", area=name)
