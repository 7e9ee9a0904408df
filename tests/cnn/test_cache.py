"""Models are built once as long as they are in use, and told apart by what they compute."""

import threading

import numpy as np
from support.recipes import small_training

from mnistlab.cnn.cache import MOST_MODELS, model_of
from mnistlab.cnn.network import build_network, get_weights
from mnistlab.store.networks import StoredNetwork

RECIPE = small_training().network


def network(seed=0):
    return StoredNetwork(RECIPE, get_weights(build_network(RECIPE, seed)))


def test_the_model_computes_what_its_network_says():
    weights = get_weights(model_of(network(seed=1)))
    np.testing.assert_array_equal(weights["Dense_1/kernel"], network(seed=1).weights["Dense_1/kernel"])


def test_an_equal_network_is_not_built_again():
    assert model_of(network()) is model_of(network())


def test_other_weights_are_another_model():
    assert model_of(network(seed=0)) is not model_of(network(seed=1))


def test_the_model_longest_out_of_use_is_let_go():
    first, second = model_of(network(seed=0)), model_of(network(seed=1))
    for seed in range(2, MOST_MODELS):
        model_of(network(seed=seed))
    assert model_of(network(seed=0)) is first
    model_of(network(seed=MOST_MODELS))
    assert model_of(network(seed=0)) is first
    assert model_of(network(seed=1)) is not second


def test_many_who_ask_at_once_get_one_model():
    models = []
    asked = network(seed=99)
    threads = [threading.Thread(target=lambda: models.append(model_of(asked))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(models) == 4
    assert len(set(map(id, models))) == 1
