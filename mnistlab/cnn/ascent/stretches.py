"""An ascent whose steps shrink on the way -> ascents to be done one after the other."""

from collections.abc import Sequence

import numpy as np

from mnistlab.recipes.oip import AscentRecipe

# Bounds of a step's size, those of the recipe.
LEAST_STEP_SIZE, LARGEST_STEP_SIZE = 0.0001, 1.0


def stretches(ascent: AscentRecipe, share: float, factors: Sequence[float]) -> list[AscentRecipe]:
    """Return the climb of a share of the steps, at least one, in stretches that differ by one step at most.

    Arguments:
        ascent: whose steps and step size are meant.
        share: of its steps.
        factors: how much larger the steps of each stretch are.
    """
    borders = np.linspace(0, max(1, round(share * ascent.steps)), len(factors) + 1).astype(int)
    sizes = np.clip(ascent.step_size * np.array(factors), LEAST_STEP_SIZE, LARGEST_STEP_SIZE)
    return [
        ascent.model_copy(update={"steps": int(steps), "step_size": float(size)})
        for steps, size in zip(np.diff(borders), sizes, strict=True)
        if steps
    ]
