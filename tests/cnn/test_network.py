"""The Keras model is the network its recipe declares: same layers, same shapes, and the same sums as plain NumPy."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.recipes import CONV_ACTIVATIONS, DENSE_ACTIVATIONS, SMALL_NETWORK, networks

from mnistlab.cnn.network import build_network, get_weights, load_model, set_weights
from mnistlab.data.standardise import standardise
from mnistlab.recipes import NetworkRecipe, layer_rows, weight_shapes
from mnistlab.recipes.network import pool_name
from mnistlab.store.networks import StoredNetwork, read_network, write_network


def network(**changes):
    return NetworkRecipe.read(SMALL_NETWORK | changes)


def random_images(count=5, seed=0):
    return standardise(np.random.default_rng(seed).integers(0, 256, (count, 28, 28), np.uint8))[..., None]


def random_weights(recipe, seed=0):
    """Weights and biases that are all different from nought."""
    generator = np.random.default_rng(seed)
    return {name: generator.normal(0, 0.3, shape).astype(np.float32) for name, shape in weight_shapes(recipe).items()}


def assert_same_weights(one, other):
    assert list(one) == list(other)
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name])


# The network in plain NumPy: algorithms.md §2.

ACTIVATIONS = {
    "relu": lambda x: np.maximum(x, 0),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "softmax": lambda x: (
        np.exp(x - x.max(-1, keepdims=True)) / np.exp(x - x.max(-1, keepdims=True)).sum(-1, keepdims=True)
    ),
}


def windows(maps, side):
    return np.lib.stride_tricks.sliding_window_view(maps, (side, side), axis=(1, 2))


def by_hand(recipe, weights, images):
    """images (batch, 28, 28, 1) -> the output of each layer with weights or pools, by name."""
    outputs, x = {}, images.astype(np.float64)
    for number, stage in enumerate(recipe.conv, start=1):
        name = f"Conv2D_{number}"
        if stage.padding == "same":
            around = ((stage.kernel - 1) // 2, stage.kernel // 2)
            x = np.pad(x, ((0, 0), around, around, (0, 0)))
        sums = (
            np.einsum("brcdij,ijdf->brcf", windows(x, stage.kernel), weights[f"{name}/kernel"])
            + weights[f"{name}/bias"]
        )
        outputs[name] = x = ACTIVATIONS[stage.activation](sums)
        if number <= len(recipe.pool):
            side = recipe.pool[number - 1]
            squares = windows(x, side)[:, ::side, ::side]
            kept = squares.max if recipe.pooling == "max" else squares.mean
            outputs[pool_name(number, recipe.pooling)] = x = kept((-1, -2))
    outputs["Flatten"] = x = x.reshape(len(x), -1)
    activations = [stage.activation for stage in recipe.dense] + [recipe.output_activation]
    for number, activation in enumerate(activations, start=1):
        name = f"Dense_{number}"
        outputs[name] = x = ACTIVATIONS[activation](x @ weights[f"{name}/kernel"] + weights[f"{name}/bias"])
    return outputs


@pytest.mark.parametrize(
    "recipe",
    [
        *(network(conv=[{"filters": 3, "activation": name}, {"filters": 4, "kernel": 2}]) for name in CONV_ACTIVATIONS),
        *(network(dense=[{"units": 7, "activation": name}, {"units": 5}]) for name in DENSE_ACTIVATIONS),
        network(output_activation="sigmoid", dense=[]),
        network(conv=[{"filters": 2, "kernel": 5}], pool=[]),
        network(conv=[{"filters": 2}, {"filters": 3, "kernel": 1}, {"filters": 4}], pool=[3, 1]),
        network(conv=[{"filters": 2}, {"filters": 3, "kernel": 2}], pool=[3, 2], pooling="average"),
    ],
    ids=lambda recipe: recipe.digest[:6],
)
def test_every_layer_computes_what_it_says(recipe):
    weights, images = random_weights(recipe), random_images()
    model = load_model(StoredNetwork(recipe, weights))
    expected = by_hand(recipe, weights, images)
    all_layers = keras.Model(model.input, [layer.output for layer in model.layers[1:]])
    for layer, output in zip(model.layers[1:], all_layers(images), strict=True):
        np.testing.assert_allclose(output, expected[layer.name], rtol=1e-4, atol=1e-4, err_msg=layer.name)


@given(networks())
def test_layers_shapes_and_parameters_are_those_of_the_recipe(recipe):
    model = build_network(recipe)
    rows = layer_rows(recipe)
    found = [(layer.name, tuple(layer.output.shape[1:]), layer.count_params()) for layer in model.layers[1:]]
    assert found == [(row.name, row.shape, row.parameters) for row in rows]
    assert model.count_params() == sum(row.parameters for row in rows)
    assert {name: array.shape for name, array in get_weights(model).items()} == weight_shapes(recipe)


@pytest.mark.parametrize(("kind", "power"), [("l1", 1), ("l2", 2)])
def test_regularisers_act_on_the_dense_kernels_only(kind, power):
    recipe = network(regularizer=kind, regularizer_strength=0.01)
    weights = random_weights(recipe)
    penalty = sum(load_model(StoredNetwork(recipe, weights)).losses)
    dense = [array for name, array in weights.items() if name.startswith("Dense") and name.endswith("kernel")]
    assert float(penalty) == pytest.approx(0.01 * sum((np.abs(array) ** power).sum() for array in dense), rel=1e-5)


def test_without_a_regulariser_there_is_no_penalty():
    assert build_network(network(regularizer=None)).losses == []


@given(st.integers(0, 2**31 - 1))
def test_one_seed_gives_one_network(seed):
    assert_same_weights(get_weights(build_network(network(), seed)), get_weights(build_network(network(), seed)))


def test_another_seed_gives_other_weights_in_every_layer():
    one, other = (get_weights(build_network(network(), seed)) for seed in (1, 2))
    for name in one:
        if name.endswith("kernel"):
            assert not np.any(one[name] == other[name]), name


def test_layers_of_one_shape_start_differently():
    weights = get_weights(build_network(network(conv=[{"filters": 1}, {"filters": 1}], pool=[1])))
    assert not np.array_equal(weights["Conv2D_1/kernel"], weights["Conv2D_2/kernel"])


def test_building_a_network_leaves_global_randomness_alone():
    np.random.seed(5)  # noqa: NPY002 - that it is not used is the point
    expected = np.random.RandomState(5).random_sample()
    build_network(network(), seed=1)
    assert np.random.random_sample() == expected  # noqa: NPY002


def test_weights_are_copies():
    model = build_network(network())
    weights = get_weights(model)
    weights["Conv2D_1/kernel"][:] = 0
    assert get_weights(model)["Conv2D_1/kernel"].any()


def test_weights_go_in_and_out_unchanged():
    weights = random_weights(network())
    model = build_network(network())
    set_weights(model, weights)
    assert_same_weights(get_weights(model), weights)


def test_a_network_computes_the_same_after_a_rest_on_disk(tmp_path):
    model = build_network(network(), seed=3)
    write_network(tmp_path, StoredNetwork(network(), get_weights(model)))
    again = load_model(read_network(tmp_path))
    np.testing.assert_array_equal(again(random_images()), model(random_images()))


def test_softmax_outputs_are_probabilities():
    outputs = build_network(network())(random_images()).numpy()
    np.testing.assert_allclose(outputs.sum(axis=1), 1, rtol=1e-5)
