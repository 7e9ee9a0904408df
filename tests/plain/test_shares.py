"""What nodes, maps and pixels add to an output: it adds up, for any network, and where it is a gradient, to that."""

import numpy as np
import pytest
from hypothesis import given, settings
from support.recipes import networks, weights_of

from mnistlab.analysis.reading import layers_of, read
from mnistlab.analysis.shares import PIXELS, Trace
from mnistlab.recipes import NetworkRecipe

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
    {"conv": [{"filters": 2, "activation": "sigmoid"}], "pool": [], "dense": [], "output_activation": "sigmoid"}
)
PADDED = NetworkRecipe.read(
    {
        "conv": [
            {"filters": 3, "kernel": 4, "activation": "elu", "padding": "same"},
            {"filters": 4, "kernel": 3, "activation": "sigmoid"},
        ],
        "pool": [3, 2],
        "dense": [{"units": 6, "activation": "tanh"}, {"units": 5}],
    }
)


def images(count, seed=0):
    return np.random.default_rng(seed).normal(size=(count, 28, 28)).astype(np.float32)


def traced(recipe, weights, picture):
    return Trace(recipe, weights, picture[None, :, :, None])


def asked(trace, layer, index):
    wanted = np.zeros_like(trace.step(layer).values)
    wanted[..., index] = 1
    return wanted


def assert_adds_up(recipe, seed=0):
    weights, (picture,) = weights_of(recipe, seed), images(1, seed)
    trace = traced(recipe, weights, picture)
    last = trace.steps[-1].layer.row.name
    output = read(recipe, weights, picture[None], sums=True)[0]
    for label in (0, recipe.classes - 1):
        stages = trace.stages(last, asked(trace, last, label))
        assert [stage.layer for stage in stages] == [
            *(step.layer.row.name for step in reversed(trace.steps)),
            PIXELS,
        ]
        for stage in stages:
            assert stage.total[0] == pytest.approx(output[label], abs=1e-4)
            assert stage.total[0] == pytest.approx(stages[0].total[0], abs=1e-9), stage.layer
    return trace, stages


@settings(max_examples=12, deadline=None)
@given(networks())
def test_the_shares_of_every_stage_add_up_to_the_output_before_softmax(recipe):
    assert_adds_up(recipe)


@pytest.mark.parametrize(
    "recipe", [ALL_SORTS, SIGMOIDS, PADDED, MEANS], ids=["all sorts", "sigmoids", "zeros around", "means"]
)
def test_each_part_is_made_of_its_pixels(recipe):
    trace, stages = assert_adds_up(recipe)
    for stage in stages[:-1]:
        chosen = np.zeros((2, *stage.values.shape[1:]), bool)
        chosen[0, ..., 0] = True
        chosen[1].flat[-1] = True
        pixels, biases = trace.through(stage, chosen)
        assert pixels.shape == (2, 28, 28)
        np.testing.assert_allclose(
            pixels.sum(axis=(1, 2)) + biases, [stage.by_map[0, 0], stage.shares.flat[-1]], atol=1e-9
        )


def test_the_values_are_those_that_are_read():
    for recipe in (ALL_SORTS, PADDED, MEANS):
        weights, some = weights_of(recipe), images(1)
        trace, layers = traced(recipe, weights, some[0]), layers_of(recipe, weights, some)
        for step in trace.steps[:-1]:
            np.testing.assert_allclose(step.values[0], layers[step.layer.row.name][0], atol=1e-5)


def test_a_map_or_a_node_is_explained_as_an_output_is():
    weights, (picture,) = weights_of(PADDED), images(1)
    trace = traced(PADDED, weights, picture)
    for layer in ("Conv2D_2", "Max_Pool_1", "Dense_1"):
        values = trace.step(layer).values
        for stage in trace.stages(layer, asked(trace, layer, 1)):
            assert stage.total[0] == pytest.approx(float(values[..., 1].sum()), abs=1e-9)


def test_with_relu_a_multiplier_is_the_gradient():
    """A small change of a pixel changes the output by the pixel's multiplier, since it leaves every relu where it is."""
    recipe = NetworkRecipe.read({"conv": [{"filters": 3}, {"filters": 4}], "pool": [2], "dense": [{"units": 6}]})
    weights, (picture,) = weights_of(recipe), images(1)
    trace = traced(recipe, weights, picture)
    pixels = trace.stages("Dense_2", asked(trace, "Dense_2", 3))[-1]
    step = 1e-6
    for row, column in ((5, 9), (14, 14), (20, 3)):
        moved = trace.first[0, ..., 0].copy()
        moved[row, column] += step
        there = traced(recipe, weights, moved).steps[-1].values[0, 3]
        assert (there - trace.steps[-1].values[0, 3]) / step == pytest.approx(
            pixels.multipliers[0, row, column, 0], rel=1e-4, abs=1e-7
        )


def test_a_pool_gives_everything_to_the_largest():
    recipe = NetworkRecipe.read({"conv": [{"filters": 2}], "pool": [4]})
    trace = traced(recipe, weights_of(recipe), images(1)[0])
    conv, pool = trace.step("Conv2D_1").values, trace.step("Max_Pool_1").values
    stage = trace.stages("Max_Pool_1", np.ones(pool.shape))[1]
    # 26 rows hold six squares of four; the last two rows are dropped.
    assert stage.multipliers.sum() == pool.size == 6 * 6 * 2
    np.testing.assert_array_equal(stage.multipliers[:, 24:], 0)
    np.testing.assert_allclose(np.sort(conv[stage.multipliers > 0]), np.sort(pool.ravel()))


def test_many_digits_at_once_and_from_a_layer_on_are_each_as_alone():
    weights, some = weights_of(PADDED), images(3)
    together = Trace(PADDED, weights, some[..., None])
    behind = Trace(PADDED, weights, together.step("Conv2D_2").values, "Conv2D_2")
    wanted = np.eye(10)[[3, 0, 9]]
    (whole, part) = (
        next(stage for stage in trace.stages("Dense_3", wanted) if stage.layer == "Conv2D_2")
        for trace in (together, behind)
    )
    for place, picture in enumerate(some):
        alone = traced(PADDED, weights, picture)
        (stage,) = (one for one in alone.stages("Dense_3", wanted[place : place + 1]) if one.layer == "Conv2D_2")
        for found in (whole, part):
            np.testing.assert_allclose(found.shares[place], stage.shares[0], atol=1e-12)
            assert found.biases[place] == pytest.approx(stage.biases[0], abs=1e-12)
