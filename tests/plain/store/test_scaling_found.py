"""How the digits were scaled that a network learned from is found by letting it read; trained here without TensorFlow."""

import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from mnistlab.analysis.reading import read
from mnistlab.data.embedded import sample_digits
from mnistlab.data.scaling import SCALINGS, scaled
from mnistlab.model_files import trial
from mnistlab.model_files.trial import surprise, try_scalings
from mnistlab.recipes import NetworkRecipe
from mnistlab.store.networks import StoredNetwork

NODES = 48
RECIPE = NetworkRecipe.read({"conv": [{"filters": 2, "kernel": 1}], "pool": [], "dense": [{"units": NODES}]})
LABELS = (np.arange(2_000) % 10).astype(np.uint8)
DIGITS = sample_digits(LABELS, 6)


def trained(scaling, seed=1):
    """Return a network of dense layers, before which a convolution hands on what is above and what is below zero."""
    learner = MLPClassifier((NODES,), max_iter=10, batch_size=50, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        learner.fit(scaled(DIGITS, scaling).reshape(len(DIGITS), -1), LABELS)
    first, last = (part.astype(np.float32) for part in learner.coefs_)
    biases = [part.astype(np.float32) for part in learner.intercepts_]
    weights = {
        "Conv2D_1/kernel": np.array([1, -1], np.float32).reshape(1, 1, 1, 2),
        "Conv2D_1/bias": np.zeros(2, np.float32),
        "Dense_1/kernel": np.stack([first, -first], axis=1).reshape(-1, NODES),
        "Dense_1/bias": biases[0],
        "Dense_2/kernel": last,
        "Dense_2/bias": biases[1],
    }
    return StoredNetwork(RECIPE, weights)


@pytest.mark.parametrize("scaling", SCALINGS)
def test_the_scaling_it_learned_from_is_found(scaling):
    found = try_scalings(trained(scaling), None)
    assert found.scaling == scaling
    assert found.data == "embedded"
    assert SCALINGS[scaling] in found.sentence
    assert f"{found.accuracies[scaling]:.1%}" in found.sentence


def test_visitors_take_turns(monkeypatch):
    inside, most = [], []

    def noted(*arguments, **options):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.02)
        found = read(*arguments, **options)
        inside.pop()
        return found

    monkeypatch.setattr(trial, "read", noted)
    network = trained("unit")
    with ThreadPoolExecutor(4) as visitors:
        found = list(visitors.map(lambda _: try_scalings(network, None), range(4)))
    assert [one.scaling for one in found] == ["unit"] * 4
    assert len(most) == 4 * len(SCALINGS)
    assert max(most) == 1


def test_a_network_that_reads_nothing_is_taken_for_one_of_ours():
    random = trained("unit")
    random.weights["Dense_2/kernel"][:] = 0
    found = try_scalings(random, None)
    assert found.scaling == "standardised"
    assert "no more than" in found.sentence


def test_one_of_other_classes_or_too_much_work_is_not_tried():
    two = StoredNetwork(NetworkRecipe(classes=2), {})
    large = StoredNetwork(
        NetworkRecipe.read({"conv": [{"filters": 256, "padding": "same"}] * 3, "pool": [1, 1], "dense": []}), {}
    )
    for network in (two, large):
        found = try_scalings(network, None)
        assert (found.scaling, found.data) == ("standardised", None)
        assert "could not be tried" in found.sentence


def test_what_the_file_says_is_believed():
    assert "as its first layer says" in try_scalings(trained("unit"), "signed").sentence


def test_how_sure_it_is_counts_little():
    sums = np.random.default_rng(0).normal(size=(200, 10))
    labels = np.where(np.arange(200) < 150, sums.argmax(axis=1), 0).astype(np.uint8)
    assert abs(surprise(sums * 50, labels) - surprise(sums, labels)) < 0.1
    assert surprise(sums, labels) < surprise(-sums, labels)
