"""Every value shown equals Keras' own; the sum behind each adds up to it; what lies outside a receptive field does not matter."""

import keras
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.recipes import networks

from mnistlab.analysis.node_sums import explain, in_words
from mnistlab.analysis.receptive import receptive_field, shown_layers
from mnistlab.cnn.activations import activations, outputs
from mnistlab.cnn.network import build_network, get_weights, load_model
from mnistlab.data.embedded import sample_digits
from mnistlab.data.scaling import scaled
from mnistlab.pictures.mosaics import as_maps
from mnistlab.progress import ended
from mnistlab.recipes import NetworkRecipe
from mnistlab.store.models import reference_network
from mnistlab.wording import in_digits

DIGITS = sample_digits(np.arange(6) % 10, 5)
OTHER = NetworkRecipe.read(
    {
        "conv": [
            {"filters": 5, "kernel": 4, "activation": "elu"},
            {"filters": 7, "kernel": 3, "activation": "tanh"},
            {"filters": 9, "kernel": 2, "activation": "sigmoid"},
            {"filters": 6, "kernel": 1},
        ],
        "pool": [1, 3, 2],
        "dense": [{"units": 12, "activation": "tanh"}, {"units": 11, "activation": "sigmoid"}],
        "output_activation": "sigmoid",
    }
)
PADDED = NetworkRecipe.read(
    {
        "conv": [
            {"filters": 5, "kernel": 4, "padding": "same"},
            {"filters": 4, "kernel": 3, "padding": "same", "activation": "tanh"},
        ],
        "pool": [2, 3],
        "scaling": "unit",
    }
)


def models():
    stored = reference_network()
    others = {"other": OTHER, "padded": PADDED}
    return {
        "reference": (stored.recipe, load_model(stored)),
        **{name: (recipe, spread(build_network(recipe, 3))) for name, recipe in others.items()},
    }


def spread(model):
    """Give a model biases other than zero, as training does."""
    generator = np.random.default_rng(0)
    for variable in model.weights:
        if variable.path.endswith("bias"):
            variable.assign(generator.normal(0, 0.3, variable.shape))
    return model


MODELS = models()


@pytest.mark.parametrize("name", list(MODELS))
def test_every_layer_shows_what_keras_computes(name):
    recipe, model = MODELS[name]
    shown = activations(model, DIGITS)
    assert list(shown) == [stage.row.name for stage in shown_layers(recipe)]
    for stage in shown_layers(recipe):
        until = keras.Model(model.input, model.get_layer(stage.row.name).output)
        expected = until.predict(scaled(DIGITS, recipe.scaling)[..., None], verbose=0)
        np.testing.assert_allclose(shown[stage.row.name], expected, atol=1e-5)
        assert shown[stage.row.name].shape[1:] == stage.row.shape


@pytest.mark.parametrize("name", list(MODELS))
def test_the_arithmetic_of_every_layer_adds_up_to_the_value_shown(name):
    recipe, model = MODELS[name]
    weights = get_weights(model)
    shown = {layer: values[0] for layer, values in activations(model, DIGITS[:1]).items()}
    generator = np.random.default_rng(1)
    for stage in shown_layers(recipe):
        before = scaled(DIGITS[:1], recipe.scaling)[0][..., None] if stage.before is None else shown[stage.before]
        maps = as_maps(shown[stage.row.name])
        for _ in range(20):
            row, column, index = (int(generator.integers(side)) for side in maps.shape)
            found = explain(stage, before, weights, index, row, column)
            assert found.value == pytest.approx(maps[row, column, index], abs=1e-5, rel=1e-5)
            assert found.terms.sum() + found.bias == pytest.approx(found.total)
            assert in_digits(found.value, 5) in in_words(stage, found)


@given(networks(), st.integers(0, 10_000), st.data())
def test_only_what_lies_in_the_receptive_field_matters(recipe, seed, data):
    model = build_network(recipe, seed)
    assume(model.count_params() < 1_000_000)
    stage = data.draw(st.sampled_from(shown_layers(recipe)))
    name = stage.row.name
    rows, columns = stage.row.shape[:2] if len(stage.row.shape) == 3 else (1, 1)
    row, column = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    window = receptive_field(recipe, name, row, column)
    assert 0 <= window.top < window.bottom <= 28
    assert 0 <= window.left < window.right <= 28
    until = keras.Model(model.input, model.get_layer(name).output)
    generator = np.random.default_rng(seed)
    image = generator.normal(size=(28, 28)).astype(np.float32)
    outside, inside = image.copy(), image.copy()
    mask = np.zeros((28, 28), bool)
    mask[window.slices] = True
    outside[~mask] = generator.normal(size=(28, 28))[~mask] * 3
    inside[mask] = generator.normal(size=(28, 28))[mask] * 3
    plain, changed, moved = (as_maps(values) for values in until(np.stack([image, outside, inside])[..., None]).numpy())
    np.testing.assert_allclose(changed[row, column], plain[row, column], rtol=1e-4, atol=1e-5)
    # A relu may be silent for both; a network of many maps hardly ever is.
    if (plain[row, column] != 0).any() and np.isfinite(plain).all() and np.ptp(plain[row, column]) > 1e-3:
        assert (moved[row, column] != plain[row, column]).any()


@pytest.mark.parametrize(
    ("layer", "row", "column", "expected"),
    [
        ("Conv2D_1", 0, 25, (0, 25, 3, 28)),
        ("Max_Pool_1", 1, 0, (2, 0, 6, 4)),
        ("Conv2D_3", 0, 0, (0, 0, 18, 18)),
        ("Conv2D_3", 2, 2, (8, 8, 26, 26)),
        ("Dense_2", 0, 0, (0, 0, 26, 26)),
    ],
)
def test_fields_of_the_default_network(layer, row, column, expected):
    window = receptive_field(NetworkRecipe(), layer, row, column)
    assert (window.top, window.left, window.bottom, window.right) == expected


def test_every_pixel_of_a_field_can_matter():
    """In a network of positive weights without saturation each pixel of the field moves the value, and no other."""
    recipe = NetworkRecipe.read(
        {
            "conv": [{"filters": 2, "activation": "elu"}, {"filters": 2, "kernel": 2, "activation": "elu"}],
            "pool": [1],
            "dense": [],
        }
    )
    model = build_network(recipe, 0)
    for variable in model.weights:
        variable.assign(np.abs(variable.numpy()) + 0.1)
    until = keras.Model(model.input, model.get_layer("Conv2D_2").output)
    base = np.ones((1, 28, 28, 1), np.float32)
    moved = np.repeat(base, 784, axis=0)
    moved.reshape(784, 784)[np.arange(784), np.arange(784)] = 2
    matters = (until(moved).numpy()[:, 5, 9, 0] != until(base).numpy()[0, 5, 9, 0]).reshape(28, 28)
    window = receptive_field(recipe, "Conv2D_2", 5, 9)
    expected = np.zeros((28, 28), bool)
    expected[window.slices] = True
    np.testing.assert_array_equal(matters, expected)


def test_muting_a_map_is_like_zeroing_what_leaves_it():
    stored = reference_network()
    weights = {name: array.copy() for name, array in stored.weights.items()}
    for part in ("kernel", "bias"):
        weights[f"Conv2D_2/{part}"][..., 7] = 0
    model, other = load_model(stored), build_network(stored.recipe)
    for variable in other.weights:
        variable.assign(weights["/".join(variable.path.split("/")[-2:])])
    muted = activations(model, DIGITS, [("Conv2D_2", 7, 0.0)])
    assert not muted["Conv2D_2"][..., 7].any()
    np.testing.assert_allclose(muted["Dense_2"], activations(other, DIGITS)["Dense_2"], atol=1e-6)


def test_a_boosted_node_goes_on_boosted_and_factors_multiply():
    model = MODELS["reference"][1]
    plain = activations(model, DIGITS)["Dense_1"]
    boosted = activations(model, DIGITS, [("Dense_1", 3, 2.0), ("Dense_1", 3, 1.5)])["Dense_1"]
    np.testing.assert_allclose(boosted[:, 3], 3 * plain[:, 3])
    np.testing.assert_allclose(np.delete(boosted, 3, 1), np.delete(plain, 3, 1))


def test_a_factor_for_what_is_not_there_changes_nothing():
    model = MODELS["reference"][1]
    np.testing.assert_array_equal(
        ended(outputs(model, DIGITS, [("Conv2D_9", 0, 0.0), ("Dense_1", 999, 0.0)])), ended(outputs(model, DIGITS))
    )


@pytest.mark.parametrize("batch", [1, 4, 100])
def test_outputs_of_many_digits_are_those_of_each(batch):
    model = MODELS["reference"][1]
    np.testing.assert_allclose(
        ended(outputs(model, DIGITS, batch=batch)), activations(model, DIGITS)["Dense_2"], atol=1e-6
    )
