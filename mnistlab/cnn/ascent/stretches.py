"""An ascent with shrinking steps -> its recipe, and the step sizes of its stretches."""

from collections.abc import Sequence

import numpy as np

from mnistlab.recipes.oip import AscentRecipe

# Bounds of a step size in the recipe.
LEAST_STEP_SIZE, LARGEST_STEP_SIZE = 0.0001, 1.0
Climb = tuple[AscentRecipe, dict[int, float]]


def shrinking(ascent: AscentRecipe, share: float, factors: Sequence[float]) -> Climb:
    """Return an ascent with a share of the steps, at least one, and the step sizes of stretches of equal length by their first step.

    Arguments:
        ascent: the recipe of the full ascent.
        share: share of its steps.
        factors: factor for the step size of each stretch.
    """
    steps = max(1, round(share * ascent.steps))
    borders = np.linspace(0, steps, len(factors) + 1).astype(int)
    sizes = np.clip(ascent.step_size * np.array(factors), LEAST_STEP_SIZE, LARGEST_STEP_SIZE)
    # A stretch without steps has the same first step as the next one, which wins.
    return ascent.model_copy(update={"steps": steps}), dict(zip(borders[:-1].tolist(), sizes.tolist(), strict=True))
