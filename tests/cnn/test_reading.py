"""What NumPy reads is what the Keras model says."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from support.recipes import networks

from mnistlab.analysis.reading import is_known, read
from mnistlab.cnn.activations import outputs
from mnistlab.cnn.network import build_network, get_weights, load_model
from mnistlab.data.standardise import standardise
from mnistlab.progress import ended
from mnistlab.recipes import NetworkRecipe
from mnistlab.store.models import reference_network
from mnistlab.store.networks import StoredNetwork


def read_by(network, images):
    return read(network.recipe, network.weights, standardise(images))


def test_the_reference_network_reads_the_same(validation_digits):
    network = reference_network()
    expected = ended(outputs(load_model(network), validation_digits.images))
    found = read_by(network, validation_digits.images)
    assert found.shape == (len(validation_digits), 10)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(recipe=networks())
def test_any_network_reads_the_same(recipe: NetworkRecipe, validation_digits):
    assert is_known(recipe)
    model = build_network(recipe, 1)
    images = validation_digits.images[:4]
    expected = ended(outputs(model, images))
    np.testing.assert_allclose(read_by(StoredNetwork(recipe, get_weights(model)), images), expected, atol=1e-4)


@pytest.mark.parametrize("count", [1, 49, 50, 51])
def test_any_number_of_digits_is_read(validation_digits, count):
    network = reference_network()
    whole = read_by(network, validation_digits.images[:60])
    np.testing.assert_allclose(read_by(network, validation_digits.images[:count]), whole[:count], atol=1e-6)


def test_a_network_with_a_choice_of_its_own_is_not_known():
    class Newer(NetworkRecipe):
        strides: int = 2

    assert is_known(NetworkRecipe())
    assert not is_known(Newer())
