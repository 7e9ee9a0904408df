"""An ascent in stretches takes the share of the steps it was given, with sizes a recipe may have."""

import pytest

from mnistlab.cnn.ascent.stretches import stretches
from mnistlab.recipes.oip import AscentRecipe


@pytest.mark.parametrize(("steps", "share", "taken"), [(120, 0.5, 60), (120, 0.1, 12), (7, 0.5, 4), (1, 0.1, 1)])
def test_all_steps_are_taken(steps, share, taken):
    parts = stretches(AscentRecipe(steps=steps), share, (4.0, 2.0, 1.0))
    assert sum(part.steps for part in parts) == taken
    assert max(part.steps for part in parts) - min(part.steps for part in parts) <= 1


@pytest.mark.parametrize("size", [0.0001, 0.1, 1.0])
def test_sizes_shrink_within_their_bounds(size):
    parts = stretches(AscentRecipe(steps=60, step_size=size), 1.0, (4.0, 1.0, 0.2))
    sizes = [part.step_size for part in parts]
    assert sizes == sorted(sizes, reverse=True)
    assert all(AscentRecipe.read(part.model_dump(mode="json")) == part for part in parts)
