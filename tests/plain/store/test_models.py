"""A name of a network stands for the reference, a run or (where allowed) a folder; any other text is one sentence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.recipes import small_training
from support.sentences import assert_sentence, refused

from mnistlab.errors import MnistlabError, NetworkError, StoreError
from mnistlab.progress import Result, Snapshot
from mnistlab.recipes import NetworkRecipe, weight_shapes
from mnistlab.store.models import find_network, reference_history
from mnistlab.store.networks import StoredNetwork, write_network
from mnistlab.store.runs import Store


def weights_of(value):
    return {name: np.full(shape, value, np.float32) for name, shape in weight_shapes(small_training().network).items()}


def network_of(value):
    return StoredNetwork(small_training().network, weights_of(value))


@pytest.fixture
def store(home):
    return Store(home)


@pytest.fixture
def run(store):
    """A finished run whose weights are -1 at the start, 1, 2, … after the epochs, and 99 at the end."""
    run = store.create(small_training(), "A good one")
    for epoch, value in enumerate((-1, 1, 2)):
        run.write_snapshot(Snapshot(epoch, weights_of(value)))
    run.write_result(Result({}, {}), network_of(99))
    run.set_state("finished")
    return run


def value_of(network):
    values = {value for array in network.weights.values() for value in array.ravel().tolist()}
    assert len(values) == 1
    return values.pop()


@pytest.mark.parametrize(("suffix", "value"), [("", 99), ("@0", -1), ("@2", 2)])
def test_a_run_stands_for_its_network_at_its_end_or_after_an_epoch(store, run, suffix, value):
    network = find_network(run.id + suffix, store)
    assert network.recipe == small_training().network
    assert value_of(network) == value


def test_start_weights_are_kept_exactly(store, run):
    exact = {name: np.float32(np.pi) * array for name, array in weights_of(1).items()}
    run.write_snapshot(Snapshot(0, exact))
    assert value_of(find_network(run.id + "@0", store)) == np.float32(np.pi)


def test_the_reference_network_is_that_of_the_articles(store):
    reference = find_network("reference", store)
    assert reference.parameters == 208_982
    assert reference.recipe == NetworkRecipe()


def test_the_reference_network_comes_with_its_history():
    history = reference_history()
    assert [event["epoch"] for event in history] == list(range(1, 81))
    assert history[-1]["learning_rate"] == pytest.approx(1.31509732e-05, rel=1e-5)
    assert history[-1]["val_accuracy"] >= 0.9935


@pytest.mark.parametrize("suffix", ["@3", "@9999"])
def test_an_epoch_that_is_not_kept_is_told_with_the_runs_name(store, run, suffix):
    with refused(NetworkError, "“A good one”"):
        find_network(run.id + suffix, store)


def test_a_run_that_is_not_finished_is_told_with_its_name(store):
    run = store.create(small_training(), "Half done")
    with refused(NetworkError, "“Half done”"):
        find_network(run.id, store)


@pytest.mark.parametrize("suffix", ["@x", "@-1", "@1_0", "@²", "@ 1", "@" + "9" * 5000, "@1@1", "/../" + "x"])
def test_anything_else_behind_a_runs_id_is_no_network(store, run, suffix):
    with refused(StoreError, "no network"):
        find_network(run.id + suffix, store)


@pytest.mark.parametrize("file", ["model/network.json", "model/weights.safetensors", "recipe.json"])
def test_damage_to_a_runs_network_is_one_sentence(store, run, file):
    (run.path / file).write_bytes(b"damaged")
    with refused(MnistlabError):
        find_network(run.id if file != "recipe.json" else run.id + "@0", store)


def test_a_folder_is_taken_only_where_folders_are_allowed(store, tmp_path):
    write_network(tmp_path / "network", network_of(7))
    name = str(tmp_path / "network")
    assert value_of(find_network(name, store, allow_folder=True)) == 7
    with refused(StoreError, "no network"):
        find_network(name, store)


@pytest.mark.parametrize("allow_folder", [False, True])
@given(
    name=st.text()
    | st.sampled_from(["", ".", "..", "/", "\x00", "x" * 10_000, "../runs", "line\nbreak", "training-0a1b2c3d"])
)
def test_any_name_is_a_network_or_one_sentence(tmp_path_factory, name, allow_folder):
    with pytest.raises(MnistlabError) as caught:
        find_network(name, Store(tmp_path_factory.getbasetemp() / "nowhere"), allow_folder)
    assert_sentence(caught.value)


def test_a_name_that_nobody_has_is_repeated_up_to_eighty_characters(store):
    with refused(StoreError, f"“{'x' * 80}”"):
        find_network("x" * 500, store)
