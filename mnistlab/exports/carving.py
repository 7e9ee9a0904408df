"""A finished dream, or a film -> its script, with the maps that carve each area."""

from collections.abc import Sequence

from mnistlab.carving.photos import find_photo
from mnistlab.carving.shades import FORMULAS, square
from mnistlab.errors import RecipeError
from mnistlab.exports.bundle import WEIGHTS, Files, choices, files_of, npz
from mnistlab.exports.network_code import code_up_to
from mnistlab.pictures.encoding import png
from mnistlab.recipes import DreamRecipe, ZoomRecipe
from mnistlab.recipes.dream_areas import FULL
from mnistlab.results.dream import DreamResult
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.runs import Store

ABOUT = "It does without mnistlab what the page Dream does with the recipe of the digest {digest}."


def carving_files(
    recipe: DreamRecipe, network: StoredNetwork, result: DreamResult, store: Store, allow_paths: bool = False
) -> Files:
    """Return script, notebook and what they need.

    Arguments:
        recipe: the dream's.
        network: the network that `recipe.model` names.
        result: what came out: it says which map carved each area, also where maps were chosen by their reaction.
        store: with the photo, if it is a visitor's.
        allow_paths: whether the photo may be a path: on the command line, never for a page.

    Raises:
        MnistlabError: the photo is gone, or the network has no such layer.
    """
    areas = [
        (*(int(number) for number in position), int(index))
        for position, index in zip(result.areas, result.area_maps, strict=True)
    ]
    values = _choices(recipe, areas, len(result.steps))
    return _files("dream", recipe, values, recipe.digest, network, store, allow_paths)


def film_files(recipe: ZoomRecipe, network: StoredNetwork, store: Store, allow_paths: bool = False) -> Files:
    """Return script, notebook and what they need; arguments and errors as those of `carving_files`.

    Raises:
        RecipeError: its maps are chosen by their reaction, anew in each frame.
    """
    dream = recipe.dream
    if dream.choose != "given":
        raise RecipeError(
            "This film chooses its maps anew in each frame; there is a script of films whose maps are given."
        )
    full = [(*FULL, dream.given_map(None))] if dream.carve_full else []
    areas = full + [(*area.position, dream.given_map(area)) for area in dream.all_areas()]
    values = _choices(dream, areas, dream.iterations) + f"FRAMES, ZOOM = {recipe.frames}, {recipe.zoom!r}\n"
    return _files("film", dream, values, recipe.digest, network, store, allow_paths)


def _files(
    tag: str, recipe: DreamRecipe, values: str, digest: str, network: StoredNetwork, store: Store, allow_paths: bool
) -> Files:
    photo = square(find_photo(recipe.picture, store.home, allow_paths), recipe.crop, recipe.size)
    blocks = {
        "about": ABOUT.format(digest=digest[:16]),
        "choices": values,
        "network": code_up_to(recipe.layer, network.recipe),
    }
    return files_of("carving", blocks, [tag], {WEIGHTS: npz(network.weights), "photo.png": png(photo)})


def _choices(recipe: DreamRecipe, areas: Sequence[tuple[int, ...]], iterations: int) -> str:
    contrast = recipe.contrast
    return (
        choices(
            iterations=iterations,
            rescue=recipe.ascent.rescue,
            restore_contrast=recipe.restore_contrast,
            blend=recipe.blend,
            strength=recipe.strength,
            grey=FORMULAS[recipe.gray],
        )
        + f"HEIGHT, SPECTRUM = {contrast.height!r}, {contrast.spectrum!r}\n"
        + choices(
            in_colour=recipe.colour,
            levels=[_level(recipe, number) for number in range(recipe.levels + 1)],
            areas=list(areas),
        )
    )


def _level(recipe: DreamRecipe, number: int) -> tuple[int, float, int]:
    """Return steps, their size, and the first iteration of a level."""
    own, main = recipe.level(number), recipe.ascent
    steps = main.steps if own.steps is None else own.steps
    size = main.step_size if own.step_size is None else own.step_size
    return steps, size, 0 if own.iterations is None else max(0, recipe.iterations - own.iterations)
