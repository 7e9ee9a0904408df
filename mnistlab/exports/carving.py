"""A finished dream -> its script, with the maps that carved each area."""

from mnistlab.carving.photos import find_photo
from mnistlab.carving.shades import FORMULAS, square
from mnistlab.exports.bundle import WEIGHTS, Files, choices, files_of, npz
from mnistlab.exports.network_code import code_up_to
from mnistlab.pictures.encoding import png
from mnistlab.recipes import DreamRecipe
from mnistlab.results.dream import DreamResult
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.runs import Store

ABOUT = "It does without mnistlab what the page Dream does with the recipe of the digest {digest}."
COLOURS = """\
# The brightness is carved, the colours are those of the photo.
_, blue, red = Image.fromarray(colours).convert("YCbCr").split()
shown = Image.merge("YCbCr", (shown, blue, red)).convert("RGB")
"""


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
    photo = square(find_photo(recipe.picture, store.home, allow_paths), recipe.crop, recipe.size)
    areas = [
        (*(int(number) for number in position), int(index))
        for position, index in zip(result.areas, result.area_maps, strict=True)
    ]
    blocks = {
        "about": ABOUT.format(digest=recipe.digest[:16]),
        "choices": choices(
            iterations=len(result.steps),
            rescue=recipe.ascent.rescue,
            restore_contrast=recipe.restore_contrast,
            blend=recipe.blend,
            strength=recipe.strength,
            grey=FORMULAS[recipe.gray],
        )
        + f"HEIGHT, SPECTRUM = {recipe.contrast.height!r}, {recipe.contrast.spectrum!r}\n"
        + choices(levels=[_level(recipe, number) for number in range(recipe.levels + 1)], areas=areas),
        "network": code_up_to(recipe.layer, network.recipe),
        "colour": COLOURS if recipe.colour else "",
    }
    return files_of("carving", blocks, [], {WEIGHTS: npz(network.weights), "photo.png": png(photo)})


def _level(recipe: DreamRecipe, number: int) -> tuple[int, float, int]:
    """Return steps, their size, and the first iteration of a level."""
    own, main = recipe.level(number), recipe.ascent
    steps = main.steps if own.steps is None else own.steps
    size = main.step_size if own.step_size is None else own.step_size
    return steps, size, 0 if own.iterations is None else max(0, recipe.iterations - own.iterations)
