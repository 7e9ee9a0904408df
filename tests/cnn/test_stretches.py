"""An ascent in stretches takes the share of the steps it was given, with sizes a recipe may have; and the loop follows them."""

import numpy as np
import pytest
from support.networks import network, starts

from mnistlab.cnn.ascent.goals import layer_named, map_goal
from mnistlab.cnn.ascent.loop import climb
from mnistlab.cnn.ascent.stretches import shrinking
from mnistlab.progress import ended
from mnistlab.recipes.oip import AscentRecipe


@pytest.mark.parametrize(("steps", "share", "taken"), [(120, 0.5, 60), (120, 0.1, 12), (7, 0.5, 4), (1, 0.1, 1)])
def test_all_steps_are_taken(steps, share, taken):
    ascent, sizes = shrinking(AscentRecipe(steps=steps), share, (4.0, 2.0, 1.0))
    assert ascent.steps == taken
    assert min(sizes) == 0
    assert max(sizes) <= taken


@pytest.mark.parametrize("size", [0.0001, 0.1, 1.0])
def test_sizes_shrink_within_their_bounds(size):
    _, sizes = shrinking(AscentRecipe(steps=60, step_size=size), 1.0, (4.0, 1.0, 0.2))
    assert list(sizes) == [0, 20, 40]
    assert list(sizes.values()) == sorted(sizes.values(), reverse=True)
    for one in sizes.values():
        AscentRecipe.read({"step_size": one})


def test_an_ascent_in_stretches_is_that_of_one_after_the_other():
    stored = network()
    goals = [map_goal(layer_named("Conv2D_3", stored.recipe), index) for index in range(3)]
    ascent, sizes = shrinking(AscentRecipe(steps=12, step_size=0.05), 1.0, (3.0, 1.0))
    whole = ended(climb(stored, goals, starts(3), ascent, sizes=sizes))
    first, second = (ascent.model_copy(update={"steps": 6, "step_size": size}) for size in sizes.values())
    half = ended(climb(stored, goals, starts(3), first))
    apart = ended(climb(stored, goals, half.images, second))
    np.testing.assert_array_equal(whole.images, apart.images)
