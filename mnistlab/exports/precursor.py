"""A precursor run -> its script."""

from mnistlab.errors import RecipeError
from mnistlab.exports.bundle import WEIGHTS, Files, choices, files_of, npz
from mnistlab.exports.network_code import code_up_to
from mnistlab.recipes import PrecursorRecipe, layer_rows
from mnistlab.recipes.precursor import CANDIDATES
from mnistlab.store.networks import StoredNetwork

ABOUT = "It does without mnistlab what the precursor run with the recipe of the digest {digest} does."


def precursor_files(recipe: PrecursorRecipe, network: StoredNetwork) -> Files:
    """Return script, notebook and what they need.

    Raises:
        RecipeError: the network has no such layer or map.
    """
    row = next((row for row in layer_rows(network.recipe) if row.name == recipe.layer and len(row.shape) == 3), None)
    maps = recipe.maps if recipe.maps is not None or row is None else range(row.shape[-1])
    if row is None or maps is None or max(maps) >= row.shape[-1]:
        raise RecipeError(f"The network has no such maps in a layer “{recipe.layer}”.")
    tried = recipe.patterns if recipe.method == "exhaustive" else max(CANDIDATES, recipe.keep)
    blocks = {
        "about": ABOUT.format(digest=recipe.digest[:16]),
        "choices": choices(
            maps=list(maps),
            grid=recipe.grid,
            levels=list(recipe.levels),
            trial_steps=recipe.trial_steps,
            candidates=min(tried, recipe.patterns),
            keep=recipe.keep,
            step_size=0.01,
        ),
        "network": code_up_to(recipe.layer, network.recipe),
    }
    return files_of("precursor", blocks, [], {WEIGHTS: npz(network.weights)})
