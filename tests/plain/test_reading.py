"""What a network reads, and the sum behind every node: against the same layers written out in double precision."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from support.recipes import networks, weights_of

from mnistlab.analysis import reading
from mnistlab.analysis.node_sums import activate, explain, in_words
from mnistlab.analysis.reading import BATCH, is_known, read
from mnistlab.analysis.receptive import Window, receptive_field, shown_layer, shown_layers
from mnistlab.recipes import NetworkRecipe

# Kernels and pools of several sizes, all five activations.
ALL_SORTS = NetworkRecipe.read(
    {
        "conv": [
            {"filters": 3, "kernel": 5, "activation": "tanh"},
            {"filters": 4, "kernel": 2, "activation": "elu"},
            {"filters": 5, "kernel": 3},
        ],
        "pool": [2, 3],
        "dense": [{"units": 7, "activation": "sigmoid"}],
    }
)
MEANS = NetworkRecipe.read(ALL_SORTS.model_dump() | {"pooling": "average"})
SIGMOIDS = NetworkRecipe.read(
    {"conv": [{"filters": 2, "activation": "sigmoid"}], "pool": [], "output_activation": "sigmoid"}
)
ACTIVATIONS = {
    "relu": lambda sums: sums * (sums > 0),
    "elu": lambda sums: np.array([value if value > 0 else np.e**value - 1 for value in sums.ravel()]).reshape(
        sums.shape
    ),
    "tanh": lambda sums: 1 - 2 / (np.e ** (2 * sums) + 1),
    "sigmoid": lambda sums: 1 / (1 + np.e**-sums),
    "softmax": lambda sums: np.e**sums / (np.e**sums).sum(),
}


def written_out(recipe, weights, image):
    """Return what every shown layer makes of one image (28, 28), by name: the sums, then the values."""
    found, values, paddings = {}, image[..., None].astype(np.float64), iter([conv.padding for conv in recipe.conv])
    for stage in shown_layers(recipe):
        name = stage.row.name
        if stage.kind == "pool":
            rows, columns = (side // stage.reach for side in values.shape[:2])
            cut = values[: rows * stage.reach, : columns * stage.reach]
            kept = np.mean if stage.pooling == "average" else np.max
            sums = np.array(
                [
                    [kept(block, axis=(0, 1)) for block in np.split(band, columns, axis=1)]
                    for band in np.split(cut, rows)
                ]
            )
            found[name] = sums, sums
        else:
            kernel, bias = (weights[f"{name}/{part}"].astype(np.float64) for part in ("kernel", "bias"))
            if stage.kind == "convolution":
                if next(paddings) == "same":
                    # TensorFlow puts the odd one behind.
                    before, after = (len(kernel) - 1) // 2, len(kernel) // 2
                    values = np.pad(values, ((before, after), (before, after), (0, 0)))
                maps = [
                    scipy.signal.correlate(values, kernel[..., index], "valid") for index in range(kernel.shape[-1])
                ]
                sums = np.concatenate(maps, axis=-1) + bias
            else:
                sums = values.reshape(-1) @ kernel + bias
            found[name] = sums, ACTIVATIONS[stage.activation](sums)
        values = found[name][1]
    return found


def images(count, seed=0):
    return np.random.default_rng(seed).normal(size=(count, 28, 28)).astype(np.float32)


@pytest.mark.parametrize(
    "recipe", [NetworkRecipe(), ALL_SORTS, SIGMOIDS, MEANS], ids=["default", "all sorts", "sigmoids", "means"]
)
def test_what_is_read_is_the_network_written_out(recipe):
    weights, some = weights_of(recipe), images(BATCH + 1)
    found = read(recipe, weights, some)
    assert found.shape == (BATCH + 1, 10)
    assert found.dtype == np.float32
    last = shown_layers(recipe)[-1].row.name
    for place in (0, 1, BATCH):
        np.testing.assert_allclose(found[place], written_out(recipe, weights, some[place])[last][1], atol=2e-5)


def test_windows_of_large_convolutions_have_a_bound(monkeypatch):
    sizes = []
    computed = reading.convolved

    def noted(values, kernel):
        found = computed(values, kernel)
        sizes.append((len(values), found[..., 0].size * kernel[..., 0].size * 4))
        return found

    monkeypatch.setattr(reading, "convolved", noted)
    wide = {"conv": [{"filters": 64, "kernel": 1}, {"filters": 2, "kernel": 9, "padding": "same"}], "pool": [1]}
    # 28·28 windows of 81·64 numbers are 16,257,024 bytes a digit.
    for recipe, batches in ((NetworkRecipe.read(wide), [12, 1]), (ALL_SORTS, [13])):
        sizes.clear()
        some, weights = images(13), weights_of(recipe)
        found = read(recipe, weights, some)
        assert [count for count, _ in sizes[:: len(recipe.conv)]] == batches
        assert max(size for _, size in sizes) <= 200_000_000
        np.testing.assert_allclose(found[-1:], read(recipe, weights, some[-1:]), atol=1e-6)
    monkeypatch.setattr(reading, "MOST_WINDOW_BYTES", 1)
    sizes.clear()
    read(ALL_SORTS, weights, some[:2])
    assert [count for count, _ in sizes[::3]] == [1, 1]


@pytest.mark.parametrize("recipe", [NetworkRecipe(), ALL_SORTS, SIGMOIDS])
def test_ordinary_networks_are_read_by_fifty(monkeypatch, recipe):
    counts = []
    monkeypatch.setattr(reading, "rimmed", lambda values, stage: counts.append(len(values)) or values)
    read(recipe, weights_of(recipe), images(BATCH + 2))
    assert counts == [50] * len(recipe.conv) + [2] * len(recipe.conv)


@settings(max_examples=15)
@given(networks())
def test_any_network_is_read(recipe):
    assert is_known(recipe)
    weights, (image,) = weights_of(recipe), images(1)
    last = shown_layers(recipe)[-1].row.name
    expected = written_out(recipe, weights, image)[last][1]
    np.testing.assert_allclose(read(recipe, weights, image[None])[0], expected, atol=1e-4)


def test_a_network_is_known_by_all_that_it_is_declared_by(monkeypatch):
    class Newer(NetworkRecipe):
        strides: int = 2

    assert is_known(NetworkRecipe())
    assert is_known(ALL_SORTS)
    assert not is_known(Newer())
    for name, missing in (("KINDS", "pool"), ("FIELDS", "regularizer"), ("STAGE_FIELDS", "kernel")):
        with monkeypatch.context() as patch:
            patch.setattr(reading, name, getattr(reading, name) - {missing})
            assert not is_known(ALL_SORTS), name
    monkeypatch.delitem(reading.ACTIVATIONS, "elu")
    assert is_known(NetworkRecipe())
    assert not is_known(ALL_SORTS)


@pytest.mark.parametrize(
    "recipe", [NetworkRecipe(), ALL_SORTS, SIGMOIDS, MEANS], ids=["default", "all sorts", "sigmoids", "means"]
)
def test_the_sum_behind_a_node_is_that_of_the_network_written_out(recipe):
    weights, (image,) = weights_of(recipe), images(1)
    layers, before = written_out(recipe, weights, image), image[..., None]
    for stage in shown_layers(recipe):
        sums, values = layers[stage.row.name]
        rows, columns = values.shape[:2] if values.ndim == 3 else (1, 1)
        for row, column in {(0, 0), (rows - 1, columns // 2), (rows // 3, columns - 1)}:
            index = values.shape[-1] - 1
            found = explain(stage, before.astype(np.float32), weights, index, row, column)
            place = (row, column, index) if values.ndim == 3 else index
            assert (found.total, found.value) == pytest.approx((sums[place], values[place]), abs=1e-5)
            assert found.terms.sum() + found.bias == pytest.approx(found.total, abs=1e-9)
            if found.window is not None:
                np.testing.assert_array_equal(
                    found.patch.reshape(-1),
                    (before if found.kernel is not None else before[..., [index]])[found.window.slices]
                    .astype(np.float32)
                    .reshape(-1),
                )
            if found.kernel is not None:
                assert (found.patch * found.kernel).sum() + found.bias == pytest.approx(found.total, abs=1e-9)
        before = values


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_its_formula_and_bears_the_largest_sums(name):
    sums = np.array([-20.0, -3.0, -0.25, 0.0, 0.25, 3.0, 20.0])
    np.testing.assert_allclose(activate(name, sums), ACTIVATIONS[name](sums), atol=1e-12)
    # (Warnings of an overflow are errors here.)
    ends = activate(name, np.array([-1e5, 1e5]))
    below, above = {"relu": (0, 1e5), "elu": (-1, 1e5), "tanh": (-1, 1), "sigmoid": (0, 1), "softmax": (0, 1)}[name]
    np.testing.assert_allclose(ends, [below, above], atol=1e-12)


def test_a_layer_is_found_by_its_name():
    for stage in shown_layers(ALL_SORTS):
        assert shown_layer(ALL_SORTS, stage.row.name) == stage
    assert [stage.reach for stage in shown_layers(ALL_SORTS)] == [5, 2, 2, 3, 3, 0, 0]
    befores = [None, "Conv2D_1", "Max_Pool_1", "Conv2D_2", "Max_Pool_2", "Conv2D_3", "Dense_1"]
    assert [stage.before for stage in shown_layers(ALL_SORTS)] == befores
    activations = ["tanh", "", "elu", "", "relu", "sigmoid", "softmax"]
    assert [stage.activation for stage in shown_layers(ALL_SORTS)] == activations


def test_no_activation_is_made_up():
    with pytest.raises(ValueError, match="no activation “swish”"):
        activate("swish", np.zeros(2))


def test_a_sum_in_words_says_what_becomes_of_it():
    weights, (image,) = weights_of(NetworkRecipe()), images(1)
    before, told = image[..., None], {}
    for stage in shown_layers(NetworkRecipe()):
        told[stage.row.name] = in_words(stage, explain(stage, before, weights, 1, 0, 0))
        before = written_out(NetworkRecipe(), weights, image)[stage.row.name][1].astype(np.float32)
    assert told["Max_Pool_1"].startswith("The largest of 4 values is ")
    assert told["Conv2D_1"].startswith("patch × kernel ")
    assert " → relu → " in told["Conv2D_1"]
    assert told["Dense_1"].startswith("values × weights ")
    assert "softmax, its share among all 10 nodes: " in told["Dense_2"]
    assert "softmax" not in told["Dense_1"] + told["Conv2D_1"]
    without = replace(explain(shown_layer(NetworkRecipe(), "Conv2D_1"), image[..., None], weights, 1, 0, 0), bias=0.0)
    assert " + bias 0 = " in in_words(shown_layer(NetworkRecipe(), "Conv2D_1"), without)
    sign = "−" if weights["Conv2D_1/bias"][1] < 0 else "+"
    assert f" {sign} bias {abs(weights['Conv2D_1/bias'][1]):.5g} = " in told["Conv2D_1"]


def test_the_field_of_a_node_is_what_changes_it():
    weights, (image,) = weights_of(ALL_SORTS), images(1)
    layers = written_out(ALL_SORTS, weights, image)
    for stage in shown_layers(ALL_SORTS)[:-2]:
        rows, columns, _ = stage.row.shape
        for row, column in {(0, 0), (rows - 1, columns // 2)}:
            field = receptive_field(ALL_SORTS, stage.row.name, row, column)
            other_inside, other_outside = image.copy(), image + 3
            other_inside[field.slices] += 3
            other_outside[field.slices] = image[field.slices]
            changed = written_out(ALL_SORTS, weights, other_inside)[stage.row.name][0][row, column]
            kept = written_out(ALL_SORTS, weights, other_outside)[stage.row.name][0][row, column]
            np.testing.assert_allclose(kept, layers[stage.row.name][0][row, column], atol=1e-9)
            assert np.abs(changed - kept).max() > 1e-3


def test_a_field_is_that_of_the_first_node_unless_another_is_named():
    assert receptive_field(NetworkRecipe(), "Conv2D_3") == receptive_field(NetworkRecipe(), "Conv2D_3", 0, 0)
    assert receptive_field(NetworkRecipe(), "Conv2D_1") == Window(0, 0, 3, 3)
    assert receptive_field(NetworkRecipe(), "Dense_2") == receptive_field(NetworkRecipe(), "Dense_1")
    whole = receptive_field(NetworkRecipe(), "Dense_2")
    assert (whole.top, whole.left) == (0, 0)
