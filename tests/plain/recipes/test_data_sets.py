"""A set of digits is one value; a third needs no more than its entry."""

import zipfile
from dataclasses import replace

import numpy as np
import pytest
from support.recipes import small_training
from support.sentences import refused

from mnistlab.data import sources
from mnistlab.data.sources import digits, download_target, find_source, source_in_use
from mnistlab.errors import DataError, RecipeError
from mnistlab.recipes import NetworkRecipe, TrainingRecipe, data_sets, layer_rows, weight_shapes
from mnistlab.recipes.data_sets import DATA_SETS, EMBEDDED, MNIST, DataSet, SetFile
from mnistlab.settings import settings
from mnistlab.store.networks import StoredNetwork, read_network, write_network

LETTERS = DataSet("letters", "Letters", ("a", "b", "c"), 60, 30, SetFile("letters.npz", (10, 10, 10)))


@pytest.fixture
def letters(home, monkeypatch):
    """A third set, its file where a download would lie."""
    monkeypatch.setattr(data_sets, "DATA_SETS", (LETTERS, *DATA_SETS))
    monkeypatch.setattr(sources, "DATA_SETS", (LETTERS, *DATA_SETS))
    path = download_target(LETTERS)
    path.parent.mkdir(parents=True)
    labels = {"y_train": np.arange(60) % 3, "y_test": np.arange(30) % 3}
    images = {"x_train": np.zeros((60, 28, 28)), "x_test": np.zeros((30, 28, 28))}
    np.savez(path, **{name: array.astype(np.uint8) for name, array in {**labels, **images}.items()})
    return path


def test_each_set_is_found_by_its_name_and_the_last_needs_nothing():
    assert len({found.name for found in DATA_SETS}) == len(DATA_SETS)
    assert all(data_sets.data_set(found.name) is found for found in DATA_SETS)
    assert all(2 <= len(found.classes) <= data_sets.MOST_CLASSES for found in DATA_SETS)
    assert DATA_SETS[-1].draws


def test_a_third_set_is_found_and_read_like_the_first(letters):
    source, complaint = source_in_use()
    assert (source.name, source.path, complaint) == ("letters", letters, "")
    assert source.title == "Letters (downloaded)"
    assert digits("letters", "test").labels.tolist() == [0, 1, 2] * 10
    assert len(digits("letters", "train")) == 60


def test_a_file_with_other_labels_is_not_the_set(letters):
    with np.load(letters) as file:
        arrays = dict(file)
    np.savez(letters, **{**arrays, "y_test": np.zeros(30, np.uint8)})
    with refused(DataError, "not Letters", "labels"):
        digits("letters", "test")


def test_mnists_setting_names_no_other_set(letters, monkeypatch, tmp_path):
    elsewhere = replace(LETTERS, file=SetFile("elsewhere.npz", ()))
    assert find_source(elsewhere) is None
    assert find_source(EMBEDDED) is not None
    assert find_source(MNIST) is None
    monkeypatch.setenv("MNISTLAB_DATA", str(letters))
    settings.cache_clear()
    assert find_source(elsewhere) is None
    found = find_source(MNIST)
    assert found is not None
    assert (found.path, found.title) == (letters, "MNIST (from MNISTLAB_DATA)")


def test_a_network_has_an_output_for_each_class(letters):
    three = NetworkRecipe(classes=3)
    assert layer_rows(three)[-1].shape == (3,)
    assert list(weight_shapes(three).values())[-1] == (3,)
    with refused(RecipeError, "MNIST has 10 classes", "3 outputs"):
        TrainingRecipe.read({"data": "mnist", "network": {"classes": 3}})


def test_ten_classes_are_not_written_down():
    """So that recipes, links and files of before keep their digests."""
    assert "classes" not in NetworkRecipe().model_dump()
    assert NetworkRecipe(classes=3).digest != NetworkRecipe().digest
    assert NetworkRecipe.read(NetworkRecipe(classes=3).model_dump()).classes == 3


def test_a_stored_network_knows_what_it_learned_from(tmp_path):
    recipe = small_training().network
    weights = {name: np.zeros(shape, np.float32) for name, shape in weight_shapes(recipe).items()}
    write_network(tmp_path / "new", StoredNetwork(recipe, weights, "embedded"))
    write_network(tmp_path / "old", StoredNetwork(recipe, weights))
    new, old = read_network(tmp_path / "new"), read_network(tmp_path / "old")
    assert (new.data, old.data) == ("embedded", None)
    assert new.classes == old.classes == data_sets.DIGITS
    # The same weights compute the same, whatever they learned from.
    assert new.digest == old.digest
    (tmp_path / "new" / "about.json").write_text('{"data": ["mnist"]}')
    assert read_network(tmp_path / "new").data is None


def test_a_file_that_would_unpack_to_too_much_is_not_read(letters, monkeypatch):
    with zipfile.ZipFile(letters) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    monkeypatch.setattr("mnistlab.data.digits.MOST_BYTES", size)
    assert len(digits("letters", "test")) == 30
    monkeypatch.setattr("mnistlab.data.digits.MOST_BYTES", size - 1)
    with refused(DataError, "not Letters", "unpack to more than 0 MB"):
        digits("letters", "train")
