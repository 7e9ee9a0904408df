"""The survey of a test set and the counts of class patterns equal what a plain loop finds."""

import numpy as np
import pytest
import sklearn.decomposition
import sklearn.metrics

from mnistlab.analysis.class_points import activity, pattern
from mnistlab.analysis.judgement import confusion_matrix
from mnistlab.cnn.activations import activations
from mnistlab.cnn.class_patterns import SHUFFLES, frequencies, point_activity
from mnistlab.cnn.network import build_network, load_model
from mnistlab.cnn.survey import BEST, principal_plane, survey
from mnistlab.data.sources import first_digits
from mnistlab.errors import RecipeError
from mnistlab.progress import ended
from mnistlab.recipes import NetworkRecipe
from mnistlab.store.models import reference_network

SIGMOID = NetworkRecipe.read(
    {"conv": [{"filters": 6, "activation": "sigmoid"}, {"filters": 4, "activation": "tanh"}], "pool": [2], "dense": []}
)


MEANS = SIGMOID.model_copy(update={"pooling": "average"})


@pytest.fixture(scope="module", params=["reference", "sigmoid", "means"])
def surveyed(request, validation_digits):
    model = (
        load_model(reference_network())
        if request.param == "reference"
        else build_network(MEANS if request.param == "means" else SIGMOID, 1)
    )
    return (
        model,
        validation_digits,
        ended(survey(model, validation_digits)),
        activations(model, validation_digits.images),
    )


def as_maps(values):
    return values if values.ndim == 4 else values[:, None, None, :]


def test_digits_without_an_output_are_refused_with_a_sentence(validation_digits):
    network = NetworkRecipe.read({"conv": [{"filters": 2}], "pool": [2], "dense": [], "classes": 3})
    with pytest.raises(RecipeError, match="3 classes apart, and these digits have at least 10"):
        ended(survey(build_network(network, 1), validation_digits))


def test_every_figure_of_every_map_is_that_of_a_plain_count(surveyed):
    _, seen, found, layers = surveyed
    right = layers[list(layers)[-1]].argmax(axis=1) == seen.labels
    for name, values in layers.items():
        maps = as_maps(values)
        peaks, scores = maps.max(axis=(1, 2)), maps.mean(axis=(1, 2))
        np.testing.assert_allclose(found.layers[name].ceiling, peaks.max(axis=0), rtol=1e-4, atol=1e-6)
        assert (found.layers[name].counts.sum(axis=1) == len(seen)).all()
        for index in range(0, maps.shape[3], 7):
            edges = found.layers[name].edges[index]
            assert edges[0] <= peaks[:, index].min() + 1e-4
            assert edges[-1] >= peaks[:, index].max() - 1e-4
            best = found.layers[name].best[index]
            assert len(set(best)) == BEST
            np.testing.assert_allclose(
                np.sort(scores[best, index]), np.sort(scores[:, index])[-BEST:], rtol=1e-4, atol=1e-6
            )
        for label in range(10):
            chosen = right & (seen.labels == label)
            expected = maps[chosen].mean(axis=0) if chosen.any() else np.zeros(maps.shape[1:])
            np.testing.assert_allclose(found.layers[name].mean[label], expected, atol=1e-4)
            of_class = scores[seen.labels == label].mean(axis=0)
            np.testing.assert_allclose(found.layers[name].by_class[:, label], of_class, rtol=1e-3, atol=1e-5)


def test_a_map_reacts_where_its_sum_is_positive_somewhere(surveyed):
    model, seen, found, layers = surveyed
    first = as_maps(layers["Conv2D_1"]).max(axis=(1, 2))
    threshold = 0.5 if model.get_layer("Conv2D_1").get_config()["activation"] == "sigmoid" else 0.0
    np.testing.assert_allclose(found.layers["Conv2D_1"].reacts, (first > threshold).mean(axis=0), atol=2 / len(seen))
    (pool,) = {"Max_Pool_1", "Average_Pool_1"} & set(layers)
    pooled = as_maps(layers[pool]).max(axis=(1, 2))
    np.testing.assert_allclose(found.layers[pool].reacts, (pooled > threshold).mean(axis=0), atol=2 / len(seen))


def test_outputs_and_confusion_are_those_of_the_network(surveyed):
    _, seen, found, layers = surveyed
    np.testing.assert_allclose(found.outputs, layers[list(layers)[-1]], atol=1e-5)
    expected = sklearn.metrics.confusion_matrix(seen.labels, found.outputs.argmax(axis=1), labels=range(10))
    np.testing.assert_array_equal(confusion_matrix(found.labels, found.outputs), expected)


def test_the_plane_is_that_of_scikit_learn():
    values = np.random.default_rng(0).normal(size=(200, 12)).astype(np.float32) * np.arange(1, 13)
    plane, explained = principal_plane(values)
    oracle = sklearn.decomposition.PCA(2).fit(values)
    expected = oracle.transform(values)
    for axis in (0, 1):
        assert abs(np.corrcoef(plane[:, axis], expected[:, axis])[0, 1]) == pytest.approx(1, abs=1e-4)
    np.testing.assert_allclose(explained, oracle.explained_variance_ratio_, rtol=1e-4)


@pytest.mark.parametrize("layer", ["Conv2D_3", "Max_Pool_1", "Dense_1"])
def test_points_are_counted_over_the_digits_read_right(validation_digits, layer):
    model = load_model(reference_network())
    found = ended(survey(model, validation_digits))
    counted = ended(frequencies(model, validation_digits, 4, 9, layer, found.layers[layer].ceiling, 0.1))
    layers = activations(model, validation_digits.images)
    right = layers["Dense_2"].argmax(axis=1) == validation_digits.labels
    active = activity(layers[layer], found.layers[layer].ceiling, 0.1)
    for place, label in enumerate((4, 9)):
        chosen = right & (validation_digits.labels == label)
        assert counted.sizes[place] == chosen.sum()
        # The last bit of a sum may differ with the batch, and a point lie exactly on the threshold.
        assert np.abs(counted.counts[place] - active[chosen].sum(axis=0)).max() <= 1
    assert counted.shuffled.shape == (SHUFFLES, 2, active.shape[1])
    total = counted.counts.sum(axis=0)
    assert (counted.shuffled.sum(axis=1) == total).all(), "a shuffle moves digits between the classes and loses none"


def test_the_activity_of_points_is_that_of_the_layer(validation_digits):
    model = load_model(reference_network())
    ceilings = ended(survey(model, validation_digits)).layers["Conv2D_3"].ceiling
    chosen, points = np.arange(0, 600, 2), np.array([5, 1000, 17])
    active, outputs = ended(point_activity(model, validation_digits, chosen, "Conv2D_3", ceilings, 0.1, points))
    layers = activations(model, validation_digits.images[chosen])
    expected = activity(layers["Conv2D_3"], ceilings, 0.1)[:, points]
    assert (active != expected).sum() <= 1
    np.testing.assert_allclose(outputs, layers["Dense_2"], atol=1e-5)


@pytest.mark.parametrize("data", ["embedded", "mnist"])
def test_fours_have_points_that_nines_have_not_and_chance_has_none(request, data):
    if data == "mnist":
        request.getfixturevalue("real_mnist")
    some = first_digits(data, "test", 4000)
    model = load_model(reference_network())
    ceilings = ended(survey(model, some)).layers["Conv2D_3"].ceiling
    counted = ended(frequencies(model, some, 4, 9, "Conv2D_3", ceilings, 0.1))
    real = pattern(*(counted.counts / counted.sizes[:, None]), 0.7, 0.3).unique.sum()
    chance = [pattern(*(counts / counted.sizes[:, None]), 0.7, 0.3).unique.sum() for counts in counted.shuffled]
    assert real >= 10
    assert max(chance) == 0
