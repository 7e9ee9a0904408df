"""A recipe and its network -> its work, in multiplications: what takes twice the work takes about twice the time.

Only the ratio between two recipes of one kind matters, since seconds come from measured runs (`store/durations.py`).
"""

from mnistlab.carving.preview import TILE_STEPS_PER_SECOND, seconds_of
from mnistlab.recipes import (
    AtlasRecipe,
    DreamRecipe,
    NetworkRecipe,
    OipRecipe,
    PrecursorRecipe,
    Recipe,
    TrainingRecipe,
    ZoomRecipe,
    layer_rows,
)
from mnistlab.recipes.precursor import PrecursorChoices
from mnistlab.recipes.training import batches_per_epoch

# A gradient costs the forward pass once more for the maps and once for the weights.
GRADIENT = 3
TEST_DIGITS = 10_000
# What a batch costs whatever its size: about 2 ms at 10^10 multiplications a second.
BATCH_OVERHEAD = 2e7
# Candidates that take trial steps in the fast method, per map (cnn/precursor.py).
FAST_CANDIDATES = 64


def kind_of(recipe: Recipe) -> str:
    """Return under which name durations of such recipes are compared."""
    method = recipe.precursor.method if isinstance(recipe, AtlasRecipe) else getattr(recipe, "method", None)
    return f"{recipe.kind}-{method}" if method else recipe.kind


def forward(network: NetworkRecipe, layer: str | None = None) -> float:
    """Return the multiplications for one image, as far as `layer` (None: to the end)."""
    total = 0.0
    for row in layer_rows(network):
        positions = row.shape[0] * row.shape[1] if row.kind == "convolution" else 1
        total += float(row.parameters * positions)
        if row.name == layer:
            break
    return total


def work(recipe: Recipe, network: NetworkRecipe | None) -> float:
    """Return the multiplications of a whole recipe; of a kind that nobody has counted, 1.

    Arguments:
        recipe: what is to be done.
        network: the network it works on; None where that cannot be found, or for a training, which brings its own.
    """
    match recipe:
        case TrainingRecipe():
            images = GRADIENT * recipe.train_size + TEST_DIGITS
            return recipe.epochs * (images * forward(recipe.network) + batches_per_epoch(recipe) * BATCH_OVERHEAD)
        case OipRecipe() if network is not None:
            return recipe.answers * recipe.ascent.steps * GRADIENT * forward(network, recipe.target.layer)
        case PrecursorRecipe() if network is not None:
            return _screening(recipe, network)
        case AtlasRecipe() if network is not None:
            chosen = recipe.precursor
            climbs = _maps(chosen, network) * chosen.keep * recipe.ascent.steps
            return _screening(chosen, network) + climbs * GRADIENT * forward(network, chosen.layer)
        case DreamRecipe() if network is not None:
            # Tiles alone and pixels cost time too: as many steps of one tile as take so long.
            return seconds_of(recipe) * TILE_STEPS_PER_SECOND * GRADIENT * forward(network, recipe.layer)
        case ZoomRecipe():
            return recipe.frames * work(recipe.dream, network)
        case _:
            return 1.0


def _maps(choices: PrecursorChoices, network: NetworkRecipe) -> int:
    if choices.maps is not None:
        return len(choices.maps)
    return next((row.shape[-1] for row in layer_rows(network) if row.name == choices.layer), 1)


def _screening(choices: PrecursorChoices, network: NetworkRecipe) -> float:
    once = forward(network, choices.layer)
    if choices.method == "exhaustive":
        return _maps(choices, network) * choices.patterns * (1 + choices.trial_steps) * GRADIENT * once
    candidates = min(FAST_CANDIDATES, choices.patterns)
    return choices.patterns * once + _maps(choices, network) * candidates * choices.trial_steps * GRADIENT * once
