"""What goes out does without mnistlab what mnistlab did: each notebook is run, and what it makes is compared."""

import io
import json
import sys

import keras
import numpy as np
import pytest
from support.networks import ODD_NETWORKS, network
from support.recipes import small_training

from mnistlab.analysis.class_points import pattern
from mnistlab.carving.photos import find_photo
from mnistlab.cnn.activations import activations
from mnistlab.cnn.class_patterns import frequencies
from mnistlab.cnn.dream import dream
from mnistlab.cnn.export import keras_file
from mnistlab.cnn.network import load_model, network_input
from mnistlab.cnn.oip import find_oip
from mnistlab.cnn.precursor import precursor
from mnistlab.cnn.survey import survey
from mnistlab.cnn.training import train
from mnistlab.cnn.zoom import film
from mnistlab.data.digits import Digits
from mnistlab.data.embedded import sample_digits
from mnistlab.exports.activations import activation_files
from mnistlab.exports.carving import carving_files, film_files
from mnistlab.exports.classes import class_files
from mnistlab.exports.network_code import network_code
from mnistlab.exports.oip import oip_files
from mnistlab.exports.precursor import precursor_files
from mnistlab.exports.training import training_files
from mnistlab.progress import Result, ended
from mnistlab.recipes import DreamRecipe, OipRecipe, PrecursorRecipe, ZoomRecipe
from mnistlab.recipes.views import ClassesView
from mnistlab.results.dream import DreamResult
from mnistlab.store.models import reference_network
from mnistlab.store.runs import Store

# Keras itself turns its variables into arrays in a way that NumPy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
# Nothing of ours may be needed by what goes out.
OURS = "mnistlab"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a notebook in a folder of its own, without mnistlab; return its names."""

    def run(files):
        monkeypatch.chdir(tmp_path)
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        (notebook,) = (json.loads(content) for name, content in files.items() if name.endswith(".ipynb"))
        code = "\n\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
        assert OURS not in code
        names = {}
        exec(compile(code, "notebook", "exec"), names)
        return names

    return run


def result_of(reports):
    *_, last = reports
    assert isinstance(last, Result)
    return last


def alike(one, other):
    return np.corrcoef(np.ravel(one), np.ravel(other))[0, 1]


@pytest.mark.parametrize("name", ["default", "kernel of nine", "zeros around"])
def test_a_file_of_keras_reads_as_the_network_does(tmp_path, name):
    stored = network(ODD_NETWORKS[name])
    (tmp_path / "it.keras").write_bytes(keras_file(stored))
    model, images = keras.models.load_model(tmp_path / "it.keras"), sample_digits(np.arange(100) % 10, 3)
    ours = load_model(stored)
    read = network_input(ours, images)
    np.testing.assert_allclose(model(read), ours(read), atol=1e-6)


@pytest.mark.parametrize(
    "name", ["four convolutions", "kernel of nine", "zeros around", "pool after the last", "means"]
)
def test_the_lines_that_build_a_network_build_it(name):
    stored, names = network(ODD_NETWORKS[name]), {"keras": keras}
    exec(network_code(stored.recipe), names)
    for layer in names["network"].layers:
        if layer.weights:
            layer.set_weights([stored.weights[f"{layer.name}/{part}"] for part in ("kernel", "bias")])
    ours = load_model(stored)
    read = network_input(ours, sample_digits(np.arange(20) % 10, 3))
    np.testing.assert_allclose(names["network"](read), ours(read), atol=1e-6)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {
            "optimizer": "adam",
            "schedule": "exponential",
            "network": {"regularizer": "l1"},
            "train_size": 480,
            "without": "2,7,499",
        },
        {
            "optimizer": "sgd",
            "schedule": None,
            "network": {"regularizer": None, "scaling": "signed", "pooling": "average"},
        },
    ],
)
def test_a_training_ends_at_the_same_weights(home, run, training_digits, validation_digits, changes):
    recipe = small_training(**{"epochs": 2, **changes})
    ours = result_of(train(recipe, training_digits, validation_digits)).weights
    files = training_files(recipe, Store(home))
    digits = {"x_train": training_digits.images, "y_train": training_digits.labels}
    digits |= {"x_test": validation_digits.images, "y_test": validation_digits.labels}
    np.savez(saved := io.BytesIO(), **digits)
    names = run(files | {"digits.npz": saved.getvalue()})
    for layer in names["network"].layers:
        for variable in layer.weights:
            np.testing.assert_allclose(variable, ours[f"{layer.name}/{variable.name}"], atol=2e-4)


def test_the_digits_of_a_training_go_with_it(home):
    files = training_files(small_training(train_size=100), Store(home))
    with np.load(io.BytesIO(files["digits.npz"])) as digits:
        assert (digits["x_train"].shape, len(digits["y_test"])) == ((100, 28, 28), 10_000)


@pytest.mark.parametrize("layer", ["Conv2D_2", "Max_Pool_1", "Dense_1"])
def test_a_grid_of_activations_holds_the_same_values(run, layer):
    stored, images = reference_network(), sample_digits(np.array([3, 8]), 5)
    factors = [("Conv2D_1", 3, 0.0), ("Max_Pool_1", 1, 2.5), ("Conv2D_1", 999, 0.0)]
    names = run(activation_files(stored, layer, images, factors))
    ours = activations(load_model(stored), images, factors)
    np.testing.assert_allclose(names["chosen"], ours[layer], atol=1e-4)
    np.testing.assert_allclose(names["values"], ours["Dense_2"], atol=1e-5)


OIPS = {
    "a map": {"target": {"layer": "Conv2D_3", "map_index": 5}},
    "a node of a pool": {"target": {"layer": "Max_Pool_2", "map_index": 7, "row": 1, "column": 3}},
    "a sum": {"target": {"layer": "Conv2D_2", "maps": [{"map_index": 3}, {"map_index": 9, "weight": -0.5}]}},
    "a class": {"target": {"layer": "Dense_2", "node": 4}},
    "a layer, from a digit": {
        "target": {"layer": "Conv2D_3", "map_index": None},
        "start": {"source": "digit", "index": 3},
    },
    "staged": {"start": {"strategy": "staged", "stages": [5, 10, 20, 30], "amplitudes": [0.2, 0.3, 0, 0.1]}},
    "all extras": {
        "answers": 3,
        "diversity": 0.5,
        "robustness": {"jitter": 2, "smoothing": 0.8},
        "start": {"seed": 11, "smoothing": 1.0},
    },
    "settled": {"ascent": {"steps": 60, "step_size": 0.1, "stop_at_convergence": True, "convergence": 0.01}},
}


@pytest.mark.parametrize("content", OIPS.values(), ids=OIPS)
def test_an_oip_is_the_same_picture(run, content):
    recipe = OipRecipe.read({"ascent": {"steps": 40}} | content)
    stored = reference_network()
    ours = result_of(find_oip(recipe, stored)).arrays
    names = run(oip_files(recipe, stored))
    np.testing.assert_allclose(names["start"][0], ours["start"], atol=1e-5)
    assert alike(names["images"][0], ours["image"]) > 0.999
    steps = len(names["scores"])
    # Ours notices only at the end of a stretch that everything has settled.
    assert steps < recipe.ascent.steps if recipe.ascent.stop_at_convergence else steps == recipe.ascent.steps
    np.testing.assert_allclose(np.array(names["scores"])[:, 0], ours["scores"][:steps], rtol=0.005, atol=1e-3)
    if recipe.answers > 1:
        assert min(alike(*pair) for pair in zip(names["images"], ours["answers"], strict=True)) > 0.999


def test_a_dead_start_is_rescued_as_it_was(run):
    stored = network(Conv2D_3=-2.0)
    recipe = OipRecipe.read({"target": {"layer": "Conv2D_3", "map_index": 1}, "ascent": {"steps": 30}})
    ours = result_of(find_oip(recipe, stored))
    assert ours.summary["rescued_steps"] > 5
    names = run(oip_files(recipe, stored))
    assert alike(names["images"][0], ours.arrays["image"]) > 0.999


@pytest.mark.parametrize("method", ["fast", "exhaustive"])
def test_a_precursor_run_finds_patterns_as_good(run, method):
    """Equally good ones may be others."""
    few = {"levels": [0.2, 0.5, 0.8], "grid": 2, "trial_steps": 4, "keep": 3, "layer": "Conv2D_2", "maps": [3, 17]}
    recipe, stored = PrecursorRecipe.read(few | {"method": method}), reference_network()
    ours = result_of(precursor(recipe, stored)).arrays
    names = run(precursor_files(recipe, stored))
    np.testing.assert_allclose(names["trial_scores"], ours["trial_scores"], rtol=0.005, atol=1e-4)
    assert names["reacts"].sum(axis=0).tolist() == ours["responding"].tolist()


SMALL = {"size": 280, "iterations": 2, "ascent": {"steps": 6}}
DREAMS = {
    "restored": {"levels": 1, "map_index": 56},
    "as published": {"levels": 1, "restore_contrast": False, "areas": [{"level": 1, "row": 1, "column": 1}]},
    "woven, chosen by reaction": {"levels": 2, "blend": 0.4, "choose": "strongest", "strength": 0.7, "colour": True},
    "by level": {"levels": 2, "by_level": [{"map_index": 3, "steps": 4}, {"iterations": 1, "map_index": -1}]},
}


@pytest.mark.parametrize("content", DREAMS.values(), ids=DREAMS)
def test_a_carving_is_the_same_picture(home, run, content):
    recipe, stored = DreamRecipe.read(SMALL | content), reference_network()
    reports = dream(recipe, stored, find_photo(recipe.picture, home))
    ours = DreamResult.of(result_of(reports).arrays)
    names = run(carving_files(recipe, stored, ours, Store(home)))
    assert alike(names["dream"] - names["picture"], ours.picture - ours.original) > 0.999
    assert alike(names["dream"], ours.picture) > 0.999


def test_a_film_is_the_same_frames(home, run):
    recipe = ZoomRecipe.read({"dream": SMALL | {"iterations": 1, "colour": True}, "frames": 2, "zoom": 1.3})
    stored = reference_network()
    ours = result_of(film(recipe, stored, find_photo(recipe.dream.picture, home))).arrays["frames"]
    names = run(film_files(recipe, stored, Store(home)))
    assert len(names["frames"]) == len(ours)
    assert min(alike(np.asarray(one), other) for one, other in zip(names["frames"], ours, strict=True)) > 0.999


@pytest.mark.parametrize("layer", ["Conv2D_2", "Dense_1"])
def test_the_points_of_two_classes_are_the_same(run, layer):
    view, stored = ClassesView(label_a=3, label_b=5, layer=layer), reference_network()
    labels = (np.arange(1_000) % 10).astype(np.uint8)
    test = Digits(sample_digits(labels, 8), labels)
    np.savez(saved := io.BytesIO(), x_test=test.images, y_test=test.labels)
    names = run(class_files(view, stored, "mnist") | {"digits.npz": saved.getvalue()})
    model = load_model(stored)
    ceilings = ended(survey(model, test)).layers[layer].ceiling
    counted = ended(frequencies(model, test, 3, 5, layer, ceilings, view.active))
    ours = pattern(*counted.shares, view.common, view.unique)
    assert ours.unique.any()
    # A value at the very threshold may round to the other side.
    assert (names["unique"].reshape(-1) != ours.unique).mean() < 0.001
    assert (names["shared"].reshape(-1) != ours.shared).mean() < 0.001


def test_the_notebooks_need_nothing_of_ours(run):
    """Were mnistlab imported by one of them, it would fail where there is none."""
    assert OURS in sys.modules
    files = activation_files(reference_network(), "Conv2D_1", sample_digits(np.array([1]), 1))
    assert b"import mnistlab" not in files["activations.py"]
