"""An ascent whose steps shrink on the way -> its recipe, and the sizes of its stretches."""

from collections.abc import Sequence

import numpy as np

from mnistlab.recipes.oip import AscentRecipe

# Bounds of a step's size, those of the recipe.
LEAST_STEP_SIZE, LARGEST_STEP_SIZE = 0.0001, 1.0
Climb = tuple[AscentRecipe, dict[int, float]]


def shrinking(ascent: AscentRecipe, share: float, factors: Sequence[float]) -> Climb:
    """Return an ascent of a share of the steps, at least one, and the step sizes of stretches of equal length by their first step.

    Arguments:
        ascent: whose steps and step size are meant.
        share: of its steps.
        factors: how much larger the steps of each stretch are.
    """
    steps = max(1, round(share * ascent.steps))
    borders = np.linspace(0, steps, len(factors) + 1).astype(int)
    sizes = np.clip(ascent.step_size * np.array(factors), LEAST_STEP_SIZE, LARGEST_STEP_SIZE)
    # Of stretches without a step the last one counts.
    return ascent.model_copy(update={"steps": steps}), dict(zip(borders[:-1].tolist(), sizes.tolist(), strict=True))
