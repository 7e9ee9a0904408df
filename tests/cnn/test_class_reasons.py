"""The reasons of a set are those of each of its digits."""

import numpy as np
import pytest

from mnistlab.analysis.why import Target, explain, without
from mnistlab.cnn.class_reasons import BATCH, NAMED, find_reasons
from mnistlab.cnn.explanations.chain import network_chain
from mnistlab.cnn.network import build_network, get_weights
from mnistlab.data.digits import Digits
from mnistlab.data.scaling import for_ascent
from mnistlab.data.standardise import standardise
from mnistlab.errors import RecipeError
from mnistlab.explanations import explain as by_method
from mnistlab.explanations.by_class import strongest_maps
from mnistlab.progress import ended
from mnistlab.recipes import NetworkRecipe
from mnistlab.recipes.explanation import WhyRecipe
from mnistlab.store.models import reference_network
from mnistlab.store.networks import StoredNetwork

RECIPE = NetworkRecipe.read(
    {"conv": [{"filters": 4}, {"filters": 6, "activation": "tanh"}], "pool": [2, 2], "dense": [{"units": 9}]}
)


@pytest.fixture(scope="module")
def some(validation_digits) -> Digits:
    return Digits(validation_digits.images[: BATCH + 30], validation_digits.labels[: BATCH + 30])


@pytest.fixture(scope="module")
def untrained() -> StoredNetwork:
    return StoredNetwork(RECIPE, get_weights(build_network(RECIPE, 3)))


def maps_of(network, images, why):
    pictures = for_ascent(images, "standardised")
    return by_method(network_chain(network), pictures, why, ["lrp_epsilon"])[0]


def test_the_mean_relevance_is_that_of_each_digit_alone(some):
    network = reference_network()
    found = ended(find_reasons(network, some, "lrp_epsilon"))
    read = network_chain(network).outputs(for_ascent(some.images, "standardised")).argmax(axis=1)
    is_right = read == some.labels
    assert is_right.sum() > 100
    for label in (0, 4, 9):
        own = some.images[(some.labels == label) & is_right]
        alone = np.mean([maps_of(network, image[None], WhyRecipe(**{"class": label}))[0] for image in own], axis=0)
        np.testing.assert_allclose(found.mean[label], alone, atol=1e-3 * np.abs(alone).max())
        assert found.right[label] == len(own)
        np.testing.assert_allclose(found.ink[label], own.mean(axis=0), atol=0.51)
    assert (np.isfinite(found.likeness) == is_right).all()
    worst = found.unusual[4][found.unusual[4] >= 0]
    assert (
        found.likeness[worst].tolist() == sorted(found.likeness[(some.labels == 4) & is_right].tolist())[: len(worst)]
    )
    shown = maps_of(network, some.images[worst[:1]], WhyRecipe(**{"class": 4}))[0]
    np.testing.assert_allclose(found.unusual_maps[4, 0], shown, atol=1e-3 * np.abs(shown).max())


def test_the_reason_of_a_mistake_is_why_this_and_not_the_true_class(some, untrained):
    found = ended(find_reasons(untrained, some, "lrp_epsilon"))
    outputs = network_chain(untrained).outputs(for_ascent(some.images, "standardised"))
    is_wrong = outputs.argmax(axis=1) != some.labels
    assert found.mistakes == is_wrong.sum() == len(found.wrong)
    assert sorted(found.wrong.tolist()) == np.flatnonzero(is_wrong).tolist()
    pictures = standardise(some.images)
    for place in range(3):
        number = found.wrong[place]
        read, label = int(found.read[place]), int(some.labels[number])
        assert read == outputs[number].argmax()
        alone = explain(RECIPE, untrained.weights, pictures[number], Target("Dense_2", read, label))
        np.testing.assert_allclose(found.by_map[place], alone.by_map, atol=1e-4)
        pixels = maps_of(untrained, some.images[number][None], WhyRecipe(**{"class": read, "against": label}))[0]
        np.testing.assert_allclose(found.wrong_maps[place], pixels, atol=1e-4)


def test_what_is_mended_is_what_muting_these_maps_mends(some, untrained):
    found = ended(find_reasons(untrained, some, "lrp_epsilon"))
    mended = []
    for number, row in zip(found.wrong, found.by_map, strict=True):
        weights = dict(untrained.weights)
        # (A map of tanh is muted where its kernel and bias are zero.)
        kernel, bias = weights["Conv2D_2/kernel"].copy(), weights["Conv2D_2/bias"].copy()
        muted = strongest_maps(row[None], NAMED)[0]
        kernel[..., muted], bias[muted] = 0, 0
        weights |= {"Conv2D_2/kernel": kernel, "Conv2D_2/bias": bias}
        outputs = without(RECIPE, weights, standardise(some.images[number][None])[0], "Conv2D_2", int(row.argmax()))
        mended.append(outputs.argmax() == some.labels[number])
    assert found.mended[0] == pytest.approx(np.mean(mended))
    assert ((found.mended >= 0) & (found.mended <= 1)).all()


def test_a_network_without_mistakes_has_no_reasons_of_any(some):
    network = reference_network()
    read = network_chain(network).outputs(for_ascent(some.images, "standardised")).argmax(axis=1)
    right = Digits(some.images[read == some.labels], some.labels[read == some.labels])
    found = ended(find_reasons(network, right, "gradient_x_input"))
    assert found.mistakes == 0
    assert found.wrong_maps.shape == (0, 28, 28)
    assert found.by_map.shape == (0, 128)
    assert found.mended.tolist() == [0, 0, 0]


def test_more_classes_than_outputs_are_refused_before_any_work(untrained):
    with pytest.raises(RecipeError, match="do not belong together"):
        next(find_reasons(untrained, Digits(np.zeros((1, 28, 28), np.uint8), np.array([11], np.uint8)), "lrp_epsilon"))
