"""The recipe of an atlas: the best pattern of every map of a layer."""

from typing import Literal

from mnistlab.recipes.base import choice
from mnistlab.recipes.oip import AscentRecipe, model_choice
from mnistlab.recipes.precursor import PrecursorChoices
from mnistlab.recipes.run import RunRecipe

# The schedule of an atlas's ascents (explained in cnn/atlas.py); declared here because its cost follows from it.
# Patterns in the coarse climb for each pattern that continues (and as many of noise), and their share of the steps.
COARSE_CANDIDATES, COARSE_SHARE = 3, 0.1
# Share of the steps for patterns that continue and for one basin hop, and the number of hops of a map.
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
    """Return the number of patterns of each map in the coarse climb; as many noise images climb with them."""
    return min(COARSE_CANDIDATES * recipe.precursor.keep, recipe.precursor.patterns)


def share_of_steps(recipe: AtlasRecipe, share: float) -> int:
    """Return a share of the recipe's steps, at least one."""
    return max(1, round(share * recipe.ascent.steps))


def steps_of_a_map(recipe: AtlasRecipe) -> int:
    """Return the image steps of all climbs of one map, without the precursor run."""
    climbs = (
        (2 * coarse_candidates(recipe), COARSE_SHARE),
        (recipe.precursor.keep, CLIMB_SHARE),
        (HOPS, HOP_SHARE),
    )
    return sum(count * share_of_steps(recipe, share) for count, share in climbs)
