"""Digits moved, turned, blurred and so on, and how sure a share is."""

from typing import get_args

import numpy as np
import pytest
from support.sentences import refused

from mnistlab.analysis.intervals import wilson
from mnistlab.data.embedded import sample_digits
from mnistlab.data.inputs import edited
from mnistlab.errors import RecipeError
from mnistlab.patterns.distortions import CHANGES, changed, one_changed, strengths_of
from mnistlab.recipes import RobustnessCurvesRecipe, read_recipe
from mnistlab.recipes.digit import EditChoice
from mnistlab.recipes.robustness import Distortion


@pytest.fixture(scope="module")
def digits():
    return sample_digits((np.arange(40) % 10).astype(np.uint8), 3)


def test_every_change_can_be_made(digits):
    assert CHANGES.keys() == set(get_args(Distortion)) - {"adversarial"}
    for kind in CHANGES:
        weak, strong = (changed(digits, kind, strengths_of(kind, 10)[step], 1).astype(float) for step in (0, 9))
        before = digits.astype(float)
        assert 0 < np.abs(weak - before).mean() < np.abs(strong - before).mean(), kind
        np.testing.assert_array_equal(changed(digits, kind, 0, 1), digits)


@pytest.mark.parametrize("kind", CHANGES)
def test_chance_decides_once_for_each_digit(digits, kind):
    strength = 0.5 * CHANGES[kind].most
    one = changed(digits, kind, strength, 5)
    np.testing.assert_array_equal(one, changed(digits, kind, strength, 5))
    if kind in ("shift", "rotation", "noise", "occlusion"):
        assert not np.array_equal(one, changed(digits, kind, strength, 6))
        assert not np.array_equal(one, changed(digits, kind, strength, 5, first=1_000))


def test_a_shift_moves_whole_digits_one_way_each(digits):
    seen = set()
    for before, after in zip(digits, changed(digits, "shift", 3, 2), strict=True):
        ways = {"right": (0, 3), "left": (0, -3), "down": (3, 0), "up": (-3, 0)}
        wanted = {name: edited(before, EditChoice(down=down, right=right)) for name, (down, right) in ways.items()}
        seen |= {name for name, image in wanted.items() if np.array_equal(image, after)}
    assert seen == {"right", "left", "down", "up"}


def test_a_quarter_turn_is_one(digits):
    for before, after in zip(digits, changed(digits, "rotation", 90, 2), strict=True):
        assert any(np.array_equal(np.rot90(before, times), after) for times in (1, 3))


def test_strokes_grow_as_in_the_picker(digits):
    for kind, by in (("thicker", 1.5), ("thinner", -1.5)):
        wanted = np.stack([edited(digit, EditChoice(thicken=by)) for digit in digits]).astype(int)
        # The rim of the picture is ground here, and repeats there.
        inner = (slice(None), slice(3, -3), slice(3, -3))
        assert np.abs(changed(digits, kind, abs(by), 0).astype(int) - wanted)[inner].max() <= 1


def test_a_square_covers_so_many_pixels(digits):
    white = np.full_like(digits, 255)
    covered = changed(white, "occlusion", 8, 4) == 0
    assert (covered.sum(axis=(1, 2)) == 64).all()
    assert len({tuple(np.argwhere(one)[0]) for one in covered}) > 20


def test_strengths_grow_evenly_to_the_full_one():
    np.testing.assert_allclose(strengths_of("shift", 10), np.arange(1, 11))
    np.testing.assert_allclose(strengths_of("adversarial", 2), [0.1, 0.2])


def test_an_interval_is_wilsons():
    # Wilson 1927, as in any table: 8 of 10 is 0.490 to 0.943, none of 10 is 0 to 0.278.
    lower, upper = wilson(np.array([8, 0, 10]), 10)
    np.testing.assert_allclose(lower, [0.4902, 0, 0.7225], atol=1e-4)
    np.testing.assert_allclose(upper, [0.9433, 0.2775, 1], atol=1e-4)


def test_a_recipe_names_each_change_once():
    recipe = read_recipe({"kind": "robustness", "model": "reference", "kinds": ["shift", "noise"], "strengths": 10})
    assert isinstance(recipe, RobustnessCurvesRecipe)
    for content, words in (({"kinds": ["blur", "blur"]}, ["twice"]), ({"kinds": ["luck"]}, ["kinds.0"])):
        with refused(RecipeError, *words):
            read_recipe({"kind": "robustness"} | content)


@pytest.mark.parametrize("kind", CHANGES)
def test_one_digit_alone_is_changed_as_it_is_among_all(kind):
    images = sample_digits(np.arange(7) % 10, 2)
    strength = CHANGES[kind].most / 2
    alone = one_changed(7, images[4], 4, kind, strength, seed=3)
    np.testing.assert_array_equal(alone, changed(images, kind, strength, 3)[4])
