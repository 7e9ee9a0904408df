"""What pages ask workers, answered in this process: kept under the key the page looks for, and made once."""

from dataclasses import replace

import numpy as np
import pytest
from support.recipes import small_training

from mnistlab.cnn.network import build_network, get_weights
from mnistlab.data.embedded import sample_digits
from mnistlab.engine.tasks.digits import read_layers
from mnistlab.engine.tasks.surveys import (
    count_points,
    follow_epochs,
    outputs_key,
    pattern_key,
    read_by_unique_points,
    read_set,
    reading_key,
    survey_key,
    survey_test_set,
)
from mnistlab.progress import Snapshot
from mnistlab.recipes import data_sets
from mnistlab.store.answers import Answers
from mnistlab.store.models import find_network
from mnistlab.store.networks import StoredNetwork, write_network
from mnistlab.store.runs import Store

IMAGES = sample_digits([3, 7], 2)


@pytest.fixture
def run(home, monkeypatch: pytest.MonkeyPatch):
    """A run with the weights of three epochs, on test sets small enough to ask about in a moment."""
    small = replace(data_sets.EMBEDDED, train=800, test=600)
    monkeypatch.setattr(data_sets, "DATA_SETS", (data_sets.MNIST, small))
    recipe = small_training()
    made = Store(home).create(recipe, "asked")
    for epoch in range(3):
        made.write_snapshot(Snapshot(epoch, get_weights(build_network(recipe.network, epoch))))
    write_network(made.path / "model", StoredNetwork(recipe.network, get_weights(build_network(recipe.network, 2))))
    made.set_state("finished")
    return made


def kept(home, key):
    found = Answers(home).read(key)
    assert found is not None
    return found


def test_digits_are_seen_through_all_layers(home, run):
    layers = read_layers(str(home), run.id, IMAGES)
    assert list(layers) == ["Conv2D_1", "Max_Pool_1", "Conv2D_2", "Dense_1", "Dense_2"]
    muted = read_layers(str(home), run.id, IMAGES, (("Conv2D_1", 2, 0.0),))
    assert not muted["Conv2D_1"][..., 2].any()


def test_every_answer_lies_under_the_key_its_page_looks_for(home, run):
    digest = find_network(run.id, Store(home)).digest
    assert survey_test_set(str(home), run.id, "embedded") == survey_key(digest, "embedded")
    assert len(kept(home, survey_key(digest, "embedded"))["labels"]) == 600
    factors = (("Conv2D_1", 2, 0.0),)
    for some in ((), factors):
        key = read_set(str(home), run.id, "embedded", "train", some)
        assert key == outputs_key(digest, "embedded", "train", some)
        assert kept(home, key)["outputs"].shape == (800, 10)
    pattern = ("embedded", 4, 9, "Conv2D_2", 0.1)
    key = count_points(str(home), run.id, *pattern)
    assert key == pattern_key(digest, *pattern)
    assert kept(home, key)["counts"].shape == (2, 121 * 8)
    reading = read_by_unique_points(str(home), run.id, *pattern, 0.5, 0.5)
    assert reading == reading_key(key, 0.5, 0.5)
    assert 0 <= float(kept(home, reading)["network"]) <= 1


def test_the_epochs_of_a_run_are_followed_with_the_weights_of_each(home, run):
    key = follow_epochs(str(home), run.id, [0, 1, 2], IMAGES[0])
    found = kept(home, key)["outputs"]
    for epoch in range(3):
        layers = read_layers(str(home), f"{run.id}@{epoch}", IMAGES[:1])
        np.testing.assert_allclose(found[epoch], layers["Dense_2"][0], atol=1e-5)
    assert not np.allclose(found[0], found[1])


def test_another_network_is_another_question(home, run):
    keys = {
        survey_key(find_network(name, Store(home)).digest, "embedded") for name in (run.id, f"{run.id}@0", "reference")
    }
    assert len(keys) == 3
