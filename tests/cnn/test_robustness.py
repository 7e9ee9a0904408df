"""Robustness curves: what is read right of changed digits, counted once more."""

import numpy as np
import pytest
from support.sentences import refused

from mnistlab.cnn.explanations.chain import network_chain
from mnistlab.cnn.robustness import directions, read_changed, stepped
from mnistlab.data.digits import Digits
from mnistlab.data.standardise import standardise
from mnistlab.errors import RecipeError
from mnistlab.patterns.distortions import changed
from mnistlab.progress import Result
from mnistlab.recipes import RobustnessCurvesRecipe
from mnistlab.store.models import reference_network


@pytest.fixture(scope="module")
def chain():
    return network_chain(reference_network())


def test_curves_are_what_is_read_right(chain, validation_digits):
    recipe = RobustnessCurvesRecipe.read(
        {"kinds": ["occlusion", "adversarial"], "strengths": 2, "digits": 60, "seed": 3}
    )
    *told, result = read_changed(recipe, chain.network, validation_digits)
    assert isinstance(result, Result)
    arrays = result.arrays
    assert arrays["kinds"].tolist() == ["occlusion", "adversarial"]
    images, labels = validation_digits.images[:60], validation_digits.labels[:60]
    pictures = standardise(images)
    wanted = [
        [standardise(changed(images, "occlusion", side, 3)) for side in (10, 20)],
        [stepped(pictures, directions(chain, pictures, labels), step) for step in (0.1, 0.2)],
    ]
    shares = [[(chain.outputs(some).argmax(axis=1) == labels).mean() for some in row] for row in wanted]
    np.testing.assert_allclose(arrays["accuracy"], shares, atol=1e-6)
    assert (arrays["lower"] < arrays["accuracy"]).all()
    assert (arrays["accuracy"] <= arrays["upper"] + 1e-6).all()
    assert arrays["accuracy"][1, 1] < result.summary["accuracy"] > 0.9
    assert told[-1].done == told[-1].total == 60 * 5
    assert [one.values["accuracy"] for one in told if "accuracy" in one.values] == pytest.approx(np.ravel(shares))


def test_a_step_is_small_and_against_the_label(chain, validation_digits):
    pictures, labels = standardise(validation_digits.images[:20]), validation_digits.labels[:20]
    moved = stepped(pictures, directions(chain, pictures, labels), 0.05)
    spread = np.ptp(pictures, axis=(1, 2), keepdims=True)
    assert (np.abs(moved - pictures) <= 0.05 * spread + 1e-5).all()
    assert (moved >= pictures.min(axis=(1, 2), keepdims=True)).all()
    before, after = (chain.outputs(some)[np.arange(20), labels] for some in (pictures, moved))
    assert (after < before).all()


def test_digits_of_more_classes_are_refused(chain, validation_digits):
    letters = Digits(validation_digits.images[:2], np.array([3, 10], np.uint8))
    with refused(RecipeError, "10 classes"):
        read_changed(RobustnessCurvesRecipe(), chain.network, letters)
