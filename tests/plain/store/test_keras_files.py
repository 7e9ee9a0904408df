"""Networks in files of Keras, written without Keras here: what comes in is what was put in, and anything else is one sentence."""

import json
import subprocess
import sys

import numpy as np
import pytest
from support.keras_files import (
    DROPOUT,
    FLATTEN,
    INPUT,
    LAYERS,
    NORM,
    SMALL,
    conv2d,
    dense,
    drawn_weights,
    keras,
    legacy,
    pooling,
    random_weights,
    sequential,
)
from support.sentences import refused

from mnistlab.__main__ import main
from mnistlab.errors import NetworkError
from mnistlab.model_files.bring import bring
from mnistlab.recipes import weight_shapes
from mnistlab.store.models import find_network
from mnistlab.store.networks import StoredNetwork, read_network, write_network
from mnistlab.store.runs import Store

WEIGHTS = random_weights(weight_shapes(SMALL))
WRITERS = {"h5": legacy, "keras": keras}


@pytest.fixture(params=WRITERS.values(), ids=WRITERS.keys())
def write(request):
    return request.param


def test_what_comes_in_is_what_was_put_in(home, write):
    brought = bring(home, write(LAYERS, WEIGHTS), "Theirs", "a" * 16)
    network = find_network(brought.model, Store(home))
    assert network.recipe.model_dump(exclude={"regularizer"}) == SMALL.model_dump(exclude={"regularizer"})
    assert list(network.weights) == list(WEIGHTS)
    for name, array in WEIGHTS.items():
        np.testing.assert_array_equal(network.weights[name], array)
    assert brought.left_out == ("Dropout “dropout”",)


def test_both_formats_are_one_network(home):
    assert len({bring(home, write(LAYERS, WEIGHTS), "", "").model for write in WRITERS.values()}) == 1


def test_activations_of_their_own_and_missing_biases(home, write):
    """The same network, spelled as others do."""
    layers = [
        INPUT,
        conv2d(3, activation="linear"),
        pooling(3),
        ("Activation", {"activation": "relu"}),
        conv2d(4, activation="tanh"),
        FLATTEN,
        dense(6, None),
        ("ReLU", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}),
        DROPOUT,
        dense(10, "linear"),
        ("Softmax", {"axis": -1}),
    ]
    assert bring(home, write(layers, WEIGHTS), "", "").model == bring(home, write(LAYERS, WEIGHTS), "", "").model


MEAN = "AveragePooling2D", pooling(2)[1]


@pytest.mark.parametrize(
    ("kind", "pooling_of"),
    [("MaxPool2D", "max"), ("MaxPooling2D", "max"), ("AvgPool2D", "average"), ("AveragePooling2D", "average")],
)
def test_a_pool_is_what_either_of_its_names_says(home, write, kind, pooling_of):
    layers = [INPUT, conv2d(3), (kind, pooling(2)[1]), FLATTEN, dense(10, "softmax")]
    shapes = {"a": (3, 3, 1, 3), "b": (3,), "c": (13 * 13 * 3, 10), "d": (10,)}
    assert bring(home, write(layers, random_weights(shapes)), "", "").network.recipe.pooling == pooling_of


def test_two_convolutions_without_a_pool_have_a_pool_of_one(home, write):
    layers = [INPUT, conv2d(3), conv2d(4), FLATTEN, dense(10, "softmax")]
    shapes = {"a": (3, 3, 1, 3), "b": (3,), "c": (3, 3, 3, 4), "d": (4,), "e": (24 * 24 * 4, 10), "f": (10,)}
    assert bring(home, write(layers, random_weights(shapes)), "", "").network.recipe.pool == (1,)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([INPUT, conv2d(3), ("LayerNormalization", {})], "“layernormalization” is not known here"),
        ([INPUT, conv2d(3, strides=[2, 2]), FLATTEN, dense(10)], "strides [2, 2]"),
        ([INPUT, conv2d(3, kernel_size=[3, 5]), FLATTEN, dense(10)], "no square kernel size"),
        ([INPUT, conv2d(3, activation={"class_name": "Evil"}), FLATTEN, dense(10)], "activation of its own"),
        ([INPUT, conv2d(3, activation="gelu"), FLATTEN, dense(10)], "activation"),
        ([INPUT, conv2d(3, activation=None), FLATTEN, dense(10)], "has no activation"),
        ([INPUT, conv2d(300), FLATTEN, dense(10)], "filters"),
        ([INPUT, conv2d("three"), FLATTEN, dense(10)], "filters"),
        ([INPUT, conv2d(3), pooling(2, strides=[1, 1]), FLATTEN, dense(10)], "strides [1, 1]"),
        ([INPUT, conv2d(3), MEAN, conv2d(3), pooling(2), FLATTEN, dense(10)], "of another kind than the pools before it"),
        ([INPUT, conv2d(3, activation=None), MEAN, ("ReLU", {}), FLATTEN, dense(10)], "stands behind a pool of means"),
        ([INPUT, conv2d(3), dense(10)], "does not stand behind Flatten"),
        ([INPUT, FLATTEN, dense(10)], "no convolution"),
        ([("InputLayer", {"batch_shape": [None, 32, 32, 3]}), conv2d(3)], "28×28 grey values. Received: [None, 32, 32, 3]"),
            ([], "layers"),
        ([INPUT] * 200, "too many layers"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_named_in_one_sentence(home, write, layers, words):
    with refused(NetworkError, words):
        bring(home, write(layers, drawn_weights(layers)), "", "")
    assert not (home / "networks").exists()


@pytest.mark.parametrize("sign", [1, -1])
def test_what_turns_maps_over_behind_a_pool_and_flatten_is_not_taken_into_the_convolution(home, sign):
    """The largest of a map turned over is not the largest turned over, be it one number by then."""
    layers = [INPUT, conv2d(3, 9, "relu"), pooling(4), conv2d(4, 2, None), pooling(4), FLATTEN, NORM]
    layers += [("ReLU", {}), dense(10, "softmax")]
    weights = drawn_weights(layers)
    gamma = list(weights)[4]
    weights[gamma] *= sign
    if sign > 0:
        bring(home, keras(layers, weights), "", "")
    else:
        with refused(NetworkError, "does not stand behind a layer without an activation"):
            bring(home, keras(layers, weights), "", "")


def test_the_kind_of_a_layer_is_repeated_up_to_sixty_characters(home, write):
    long = json.dumps(
        {
            "class_name": "Sequential",
            "config": {"layers": [{"class_name": "K\n" + "x" * 9_000, "config": {"name": "n"}}]},
        }
    )
    with refused(NetworkError, f"The layer K {'x' * 58} “n” is not known here"):
        bring(home, write(LAYERS, WEIGHTS, config=long), "", "")


HUGE = 10**400


@pytest.mark.parametrize(
    "layer",
    [("Rescaling", {"scale": HUGE}), ("Rescaling", {"scale": 1 / 255, "offset": -HUGE}), (NORM[0], {"epsilon": HUGE})],
    ids=["scale", "offset", "epsilon"],
)
def test_a_number_of_hundreds_of_digits_is_one_sentence(home, write, layer):
    layers = [INPUT, layer, conv2d(3), FLATTEN, dense(10)]
    with refused(NetworkError, "holds a number that is too large"):
        bring(home, write(layers, drawn_weights(layers)), "", "")


def norm(axis):
    return NORM[0], NORM[1] | {"axis": axis}


@pytest.mark.parametrize("axis", [-1, 1, 3, [1], [3], 2, "1"])
@pytest.mark.parametrize("is_flat", [False, True])
def test_only_the_axis_of_maps_or_nodes_is_normalised(home, axis, is_flat):
    """Axis 1 of maps is their rows: as many numbers as there are maps may lie there, and be others."""
    norms = [norm(-1), norm(axis)] if is_flat else [norm(axis), norm(-1)]
    relu = "ReLU", {}
    layers = [
        INPUT,
        conv2d(3, activation=None),
        norms[0],
        relu,
        FLATTEN,
        dense(7, None),
        norms[1],
        relu,
        dense(10, "softmax"),
    ]
    weights = drawn_weights(layers)
    if axis in ((-1, 1, [-1], [1]) if is_flat else (-1, 3, [-1], [3])):
        assert len(bring(home, keras(layers, weights), "", "").left_out) == 2
    else:
        with refused(NetworkError, "does not normalise maps or nodes"):
            bring(home, keras(layers, weights), "", "")


@pytest.mark.parametrize(
    "config",
    ["{", "[]", "null", '{"class_name": "Evil"}', "[" * 5_000, '{"class_name": "Sequential", "config": 1}', "NaN", '{"class_name": "Sequential", "config": [1]}'],
)  # fmt: skip
def test_a_description_that_is_none_is_one_sentence(home, write, config):
    with refused(NetworkError):
        bring(home, write(LAYERS, WEIGHTS, config=config), "", "")


def functional(*sources, output="dense_1"):
    """Return the description of a functional model whose layers see what `sources` names."""
    described = json.loads(sequential(LAYERS))["config"]["layers"]
    names = [layer["config"]["name"] for layer in described]
    for layer, source in zip(described, [None, *names[:-1]], strict=True):
        layer["inbound_nodes"] = [[[source, 0, 0, {}]]] if source else []
    for name, nodes in sources:
        described[names.index(name)]["inbound_nodes"] = nodes
    return json.dumps({"class_name": "Functional", "config": {"layers": described, "output_layers": [[output, 0, 0]]}})


KERAS_3 = {"class_name": "__keras_tensor__", "config": {"shape": [None, 6], "keras_history": ["dense", 0, 0]}}


@pytest.mark.parametrize(
    "config", [functional(), functional(("dense_1", [{"args": [KERAS_3], "kwargs": {}}]))], ids=["Keras 2", "Keras 3"]
)
def test_a_functional_chain_is_what_a_sequential_is(home, write, config):
    assert bring(home, write(LAYERS, WEIGHTS, config=config), "", "").network.recipe.conv == SMALL.conv


@pytest.mark.parametrize(
    "config",
    [
        functional(("dense_1", [[["dense", 0, 0, {}], ["dropout", 0, 0, {}]]])),
        functional(("dense_1", [[["dropout", 0, 0, {}]]])),
        functional(("dense", [])),
        functional(("dense", 7)),
        functional(output="dense"),
        functional(("dense", "@")).replace('"@"', "[" * 600 + "]" * 600),
        sequential([("InputLayer", {"batch_shape": "@"})]).replace('"@"', "[" * 900 + "]" * 900),
    ],
)
def test_what_is_no_chain_is_one_sentence(home, write, config):
    with refused(NetworkError):
        bring(home, write(LAYERS, WEIGHTS, config=config), "", "")


def test_the_command_ends_with_one_line_of_json(home, tmp_path):
    file = tmp_path / "cnn.h5"
    file.write_bytes(legacy(LAYERS, WEIGHTS))
    command = [sys.executable, "-m", "mnistlab", "import", str(file), "--name", "Theirs"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(shown.stdout.splitlines()[-1])
    assert found["parameters"] == sum(array.size for array in WEIGHTS.values())
    assert found["left_out"] == ["Dropout “dropout”"]
    assert find_network(found["model"], Store(home)).parameters == found["parameters"]


@pytest.mark.parametrize("given", [".", "network.json", "weights.safetensors"])
def test_the_command_takes_our_two_files(home, tmp_path, given, capsys):
    write_network(tmp_path / "ours", StoredNetwork(SMALL.model_copy(update={"scaling": "signed"}), WEIGHTS))
    assert main(["import", str(tmp_path / "ours" / given)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["scaling"], found["left_out"]) == ("signed", [])
    assert find_network(found["model"], Store(home)).digest == read_network(tmp_path / "ours").digest


@pytest.mark.parametrize("name", ["nothing.h5", "nothing.json", "pickle.keras"])
def test_the_command_says_what_cannot_be_read(home, tmp_path, name, capsys):
    (tmp_path / "pickle.keras").write_bytes(b"\x80\x04\x95 a pickle")
    assert main(["import", str(tmp_path / name)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
