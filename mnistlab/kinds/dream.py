"""The kinds of a dream and of a film of dreams."""

import numpy as np

from mnistlab.carving.dream_files import dream_png, picture_of
from mnistlab.carving.photos import SAMPLES, find_photo, photo_file
from mnistlab.carving.preview import TILE_STEPS_PER_SECOND, seconds_of
from mnistlab.kinds.kind import Kind, Means, PageLink, model_link
from mnistlab.kinds.multiplications import GRADIENT, forward
from mnistlab.pictures.encoding import film_gif
from mnistlab.progress import Reports
from mnistlab.recipes import DreamRecipe, NetworkRecipe, ZoomRecipe
from mnistlab.recipes.dream_view import DreamLink, view_of
from mnistlab.recipes.link import to_link
from mnistlab.results.dream import DreamResult, FilmResult
from mnistlab.settings import settings
from mnistlab.store.run_folder import RunFolder

FRAME_MILLISECONDS = 400


def _dream(recipe: DreamRecipe, means: Means) -> Reports:
    from mnistlab.cnn.dream import dream

    network = means.network(recipe.model)
    return dream(recipe, network, find_photo(recipe.picture, means.store.home, means.allow_paths))


def _film(recipe: ZoomRecipe, means: Means) -> Reports:
    from mnistlab.cnn.zoom import film

    network = means.network(recipe.model)
    return film(recipe, network, find_photo(recipe.dream.picture, means.store.home, means.allow_paths))


def _work(recipe: DreamRecipe, network: NetworkRecipe | None) -> float:
    if network is None:
        return 1.0
    # Single tiles and pixels cost time too, expressed as an equal number of tile steps.
    return seconds_of(recipe) * TILE_STEPS_PER_SECOND * GRADIENT * forward(network, recipe.layer)


def _page_link(recipe: DreamRecipe, _: str) -> PageLink:
    return "pages/dream.py", {**to_link(DreamLink(dream=view_of(recipe))), **model_link(recipe.model)}


def _pictures(recipe: DreamRecipe, run: RunFolder) -> dict[str, bytes]:
    result = DreamResult.of(run.result())
    photo = None if recipe.picture in SAMPLES else photo_file(recipe.picture, settings().home, allow_paths=True)
    frames = [picture_of(recipe, result, values) for values in (result.original, *result.steps)]
    return {
        "dream.png": dream_png(recipe, picture_of(recipe, result), photo),
        "iterations.gif": film_gif(np.stack(frames), milliseconds=FRAME_MILLISECONDS),
    }


DREAM = Kind(
    recipe=DreamRecipe,
    title="Dream",
    start=_dream,
    work=_work,
    pace=lambda _: "dream",
    first_guess={"dream": 7.6e-12},
    page_link=_page_link,
    pictures=_pictures,
)
ZOOM = Kind(
    recipe=ZoomRecipe,
    title="Film",
    start=_film,
    work=lambda recipe, network: recipe.frames * _work(recipe.dream, network),
    pace=lambda _: "zoom",
    first_guess={"zoom": 7.6e-12},
    page_link=lambda recipe, run_id: _page_link(recipe.dream, run_id),
    pictures=lambda _, run: {"film.gif": film_gif(FilmResult.of(run.result()).frames)},
)
