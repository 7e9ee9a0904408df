"""The compiled loops beside the same written plainly: any side, pool and number of maps, with and without a relu."""

import itertools

import numpy as np
import pytest
import tensorflow as tf
from support.networks import ODD_NETWORKS, network

from mnistlab.cnn.ascent import kernels, layers
from mnistlab.cnn.ascent.chain import layers_to
from mnistlab.cnn.ascent.goals import layer_named, map_goal
from mnistlab.cnn.ascent.kernels import (
    ASLEEP,
    convolve_and_pool,
    convolve_and_pool_back,
    pool_and_convolve_back,
    pool_values,
)
from mnistlab.cnn.ascent.layers import way
from mnistlab.cnn.ascent.scorer import Scorer

SHAPES = [(3, 2, 5), (1, 3, 1), (4, 1, 7), (2, 4, 33)]
FLOORS = [0.0, -np.inf]


def problem(side, pool, maps, channels=1, count=9, size=3):
    generator = np.random.default_rng(side + 10 * pool)
    rows = size * pool + side - 1
    images = generator.normal(size=(count, rows, rows, channels)).astype(np.float32)
    # All places of these windows are equal: the first wins.
    images[1] = 0.25
    weights = generator.normal(size=(side, side, channels, maps)).astype(np.float32)
    return images, weights, generator.normal(size=maps).astype(np.float32)


def convolved(images, weights):
    side = weights.shape[0]
    last = images.shape[1] - side + 1
    return sum(
        np.einsum("nyxc,cm->nyxm", images[:, i : i + last, j : j + last], weights[i, j])
        for i, j in itertools.product(range(side), repeat=2)
    )


def pooled(values, bias, pool, floor):
    """Return outputs and winners as `kernels` defines them."""
    count, rows, _, maps = values.shape
    windows = values.reshape(count, rows // pool, pool, rows // pool, pool, maps).transpose(0, 1, 3, 2, 4, 5)
    windows = windows.reshape(count, rows // pool, rows // pool, pool * pool, maps)
    best = windows.max(axis=3) + bias
    return np.maximum(best, floor), windows.argmax(axis=3) + ASLEEP * (best <= floor)


def sent_back(gradient, winners, weights, pool):
    """Return the gradient in what came into convolution and pool."""
    count, size, _, _ = gradient.shape
    side, _, channels, _ = weights.shape
    rows = size * pool + side - 1
    result = np.zeros((count, rows, rows, channels), np.float32)
    for place in np.ndindex(*gradient.shape):
        image, row, column, index = place
        if winners[place] < ASLEEP:
            top, left = row * pool + winners[place] // pool, column * pool + winners[place] % pool
            result[image, top : top + side, left : left + side] += gradient[place] * weights[..., index]
    return result


@pytest.mark.parametrize("floor", FLOORS)
@pytest.mark.parametrize(("side", "pool", "maps"), SHAPES)
def test_a_convolution_of_the_image(side, pool, maps, floor):
    images, weights, bias = problem(side, pool, maps)
    # In eighths every sum is exact, so that no rounding decides who wins.
    images, weights, bias = (np.round(8 * values) / 8 for values in (images, weights, bias))
    best, winners = convolve_and_pool(images[..., 0], weights[:, :, 0], bias, pool, floor)
    wanted, who = pooled(convolved(images, weights), bias, pool, floor)
    np.testing.assert_array_equal(best, wanted)
    np.testing.assert_array_equal(winners, who)
    gradient = np.random.default_rng(1).normal(size=best.shape).astype(np.float32)
    found = convolve_and_pool_back(gradient, winners, weights[:, :, 0], pool)
    np.testing.assert_allclose(found, sent_back(gradient, winners, weights, pool)[..., 0], atol=1e-4)


@pytest.mark.parametrize("floor", FLOORS)
@pytest.mark.parametrize(("side", "pool", "maps"), SHAPES)
def test_a_convolution_of_maps(side, pool, maps, floor):
    images, weights, bias = problem(side, pool, maps, channels=6)
    values = convolved(images, weights)
    best, winners = pool_values(values, bias, pool, floor)
    wanted, who = pooled(values, bias, pool, floor)
    np.testing.assert_array_equal(best, wanted)
    np.testing.assert_array_equal(winners, who)
    gradient = np.random.default_rng(1).normal(size=best.shape).astype(np.float32)
    gradient[2] = 0
    back = np.ascontiguousarray(weights.transpose(3, 0, 1, 2)).reshape(maps, side, -1)
    found = pool_and_convolve_back(gradient, winners, back, pool, 6)
    np.testing.assert_allclose(found, sent_back(gradient, winners, weights, pool), atol=1e-4)


def test_an_image_ends_the_same_among_any_others():
    images, weights, bias = problem(3, 2, 5, count=40)
    many, winners = convolve_and_pool(images[..., 0], weights[:, :, 0], bias, 2, 0.0)
    alone, _ = convolve_and_pool(images[7:8, ..., 0], weights[:, :, 0], bias, 2, 0.0)
    np.testing.assert_array_equal(many[7], alone[0])
    gradient = np.ones_like(many)
    back = convolve_and_pool_back(gradient, winners, weights[:, :, 0], 2)
    np.testing.assert_array_equal(back[7], convolve_and_pool_back(gradient[7:8], winners[7:8], weights[:, :, 0], 2)[0])


def test_a_full_disk_does_not_stop_a_loop(monkeypatch):
    calls = []

    def full(*_):
        calls.append(1)
        if len(calls) == 1:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(kernels, "njit", lambda **_: lambda _: full)
    kernels.compiled(lambda: None)()
    assert len(calls) == 2


def test_nowhere_to_keep_a_compiled_loop(monkeypatch):
    def njit(cache=False, **_):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(kernels, "njit", njit)
    assert kernels.compiled(lambda: 7)() == 7


def test_each_way_through_a_convolution_where_it_is_fastest(monkeypatch):
    assert way((3, 3, 1, 4), 2) == "image"
    # Too many products to write out.
    assert way((9, 9, 1, 4), 3) == "pooled"
    assert way((3, 3, 8, 4), 2) == "pooled"
    assert way((3, 3, 8, 4), 1) == "plain"
    assert way((3, 3, 1, 4), 2, plain=True) == "plain"
    monkeypatch.setattr(layers, "has_gpu", lambda: True)
    assert way((3, 3, 1, 4), 2) == "plain"
    # And a convolution is made of nothing else then.
    monkeypatch.setattr(layers, "looped", None)
    layers.Convolution(np.zeros((3, 3, 1, 4), np.float32), np.zeros(4, np.float32), 2).operation(8, 3, plain=False)


@pytest.mark.parametrize("content", ODD_NETWORKS.values(), ids=ODD_NETWORKS)
def test_compiled_and_plain_ways_agree(content):
    stored = network(content)
    images = np.random.default_rng(2).normal(size=(20, 28, 28)).astype(np.float32)
    layer = f"Conv2D_{len(stored.recipe.conv)}"
    chain, row = layers_to(stored, layer), layer_named(layer, stored.recipe, with_maps=True)
    goals = [map_goal(row, place % row.shape[-1]) for place in range(20)]
    (scores, gradients), (plain_scores, plain_gradients) = (
        scorer.score_and_gradient(tf.constant(images), scorer.targets(goals), np.array(True))
        for scorer in (Scorer(chain, True), Scorer(chain, True, plain=True))
    )
    np.testing.assert_allclose(scores, plain_scores, atol=1e-4)
    np.testing.assert_allclose(gradients, plain_gradients, atol=1e-4)
