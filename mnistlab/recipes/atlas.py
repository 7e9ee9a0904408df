"""The recipe of an atlas: the best pattern of every map of a layer."""

from typing import Literal

from mnistlab.recipes.base import choice
from mnistlab.recipes.oip import AscentRecipe, model_choice
from mnistlab.recipes.precursor import PrecursorChoices
from mnistlab.recipes.run import RunRecipe

# How an atlas climbs (cnn/atlas.py says why); here, since its cost follows from it.
# Patterns that climb coarsely for each that goes on, and as much noise; share of the steps they take.
COARSE_CANDIDATES, COARSE_SHARE = 3, 0.1
# For those that go on, and for a hop: share of the steps. How often a map hops.
CLIMB_SHARE, HOP_SHARE, HOPS = 0.5, 0.4, 8


class AtlasRecipe(RunRecipe):
    """Find the OIP of all maps of a layer, each from its best start patterns."""

    kind: Literal["atlas"] = "atlas"
    model: str = model_choice()
    precursor: PrecursorChoices = choice(
        PrecursorChoices(), title="Start patterns", help="Which layer and maps, and how their start patterns are found."
    )
    ascent: AscentRecipe = choice(
        AscentRecipe(steps=120, step_size=0.1),
        title="Ascent",
        help="How each candidate climbs: with steps that shrink from four times this size to a fifth of it.",
    )


def coarse_candidates(recipe: AtlasRecipe) -> int:
    """Return how many patterns of each map climb coarsely, beside as many throws of noise."""
    return min(COARSE_CANDIDATES * recipe.precursor.keep, recipe.precursor.patterns)


def share_of_steps(recipe: AtlasRecipe, share: float) -> int:
    """Return a share of the recipe's steps, at least one."""
    return max(1, round(share * recipe.ascent.steps))


def steps_of_a_map(recipe: AtlasRecipe) -> int:
    """Return the image steps of all climbs of one map, the precursor run apart."""
    climbs = (
        (2 * coarse_candidates(recipe), COARSE_SHARE),
        (recipe.precursor.keep, CLIMB_SHARE),
        (HOPS, HOP_SHARE),
    )
    return sum(count * share_of_steps(recipe, share) for count, share in climbs)
