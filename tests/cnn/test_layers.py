"""Each layer a chain may have, those no recipe offers yet among them: values and gradients beside automatic differentiation of the Keras model."""

import gc
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.networks import network, starts

from mnistlab.cnn.ascent.chain import chain_of, layers_to
from mnistlab.cnn.ascent.goals import Goal
from mnistlab.cnn.ascent.layers import (
    ACTIVATIONS,
    Activation,
    AveragePool,
    Convolution,
    Dense,
    Flatten,
    MaxPool,
    Padding,
    Scale,
)
from mnistlab.cnn.ascent.scorer import Scorer

Conv2D, Norm, Max, Mean = (
    keras.layers.Conv2D,
    keras.layers.BatchNormalization,
    keras.layers.MaxPooling2D,
    keras.layers.AveragePooling2D,
)
MODELS = {
    "same padding": lambda: [Conv2D(4, 3, padding="same", activation="relu"), Conv2D(5, 4, padding="same"), Max(3)],
    "same padding, cut by a pool": lambda: [
        Conv2D(4, 5, padding="same", activation="elu"),
        Max(3),
        Conv2D(3, 2, padding="same", activation="relu"),
        Max(2),
        Conv2D(5, 3, activation="tanh"),
    ],
    "normalised before the activation": lambda: [
        Conv2D(6, 3),
        Norm(),
        keras.layers.Activation("relu"),
        Max(2),
        Conv2D(5, 3, padding="same"),
        Norm(),
        keras.layers.Activation("sigmoid"),
    ],
    "normalised after the activation": lambda: [Conv2D(6, 3, activation="relu"), Norm(), Max(2), Conv2D(4, 3), Norm()],
    "normalised after the pool": lambda: [Conv2D(6, 3, activation="tanh"), Max(2), Norm(), Conv2D(4, 3)],
    "a pool at the end": lambda: [
        Conv2D(4, 3, activation="relu"),
        Max(2),
        Conv2D(5, 3, activation="relu"),
        Max(2),
        keras.layers.Flatten(),
        keras.layers.Dense(7, activation="tanh"),
        keras.layers.Dense(10),
    ],
    "pools of means": lambda: [Conv2D(4, 3, activation="relu"), Mean(2), Conv2D(5, 3, activation="relu"), Mean(3)],
    "two pools": lambda: [Conv2D(4, 2, activation="elu"), Max(2), Max(3), Conv2D(3, 2, activation="relu")],
}


def described(layer):
    """Return what stands for a layer of a Keras model."""
    ending = [Activation(layer.activation.__name__)] if hasattr(layer, "activation") else []
    match layer:
        case Conv2D():
            padding = [Padding.same(layer.kernel_size[0])] if layer.padding == "same" else []
            return [*padding, Convolution(*layer.get_weights()), *ending]
        case Norm():
            return [Scale.normalising(*layer.get_weights(), layer.epsilon)]
        case Max():
            return [MaxPool(layer.pool_size[0])]
        case Mean():
            return [AveragePool(layer.pool_size[0])]
        case keras.layers.Flatten():
            return [Flatten()]
        case keras.layers.Dense():
            return [Dense(*layer.get_weights()), *ending]
    return ending


def made(name):
    """Return a model with random weights, and its layers."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((28, 28, 1)), *MODELS[name]()])
    random = np.random.default_rng(5)
    for layer in model.layers:
        weights = [array + random.normal(0, 0.2, array.shape) for array in layer.get_weights()]
        if isinstance(layer, Norm):
            # Factors of both signs; a variance is positive.
            weights[0], weights[3] = random.normal(0, 1, weights[0].shape), random.uniform(0.5, 2, weights[3].shape)
        layer.set_weights(weights)
    return model, [part for layer in model.layers for part in described(layer)]


def random_goals(shape, count):
    """Return goals with random weights for maps and positions."""
    random = np.random.default_rng(7)
    places = int(np.prod(shape[:-1]))
    return [
        Goal("", *(random.normal(size=size).astype(np.float32) for size in (shape[-1], places)), None)
        for _ in range(count)
    ]


def agree(scorer, goals, model, images):
    scores, gradients = scorer.score_and_gradient(tf.constant(images), scorer.targets(goals), tf.constant(False))
    pixels = tf.constant(images[..., None])
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        output = model(pixels, training=False)
        output = tf.reshape(output, (len(images), -1, output.shape[-1]))
        maps, positions = (np.stack([getattr(goal, name) for goal in goals]) for name in ("maps", "positions"))
        wanted = tf.reduce_sum(output * maps[:, None] * positions[..., None], axis=(1, 2))
    np.testing.assert_allclose(scores, wanted, rtol=1e-4, atol=1e-4)
    derived = tape.gradient(wanted, pixels)[..., 0]
    assert np.abs(derived).max() > 1e-3
    np.testing.assert_allclose(gradients, derived, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("plain", [False, True], ids=["compiled", "plain"])
@pytest.mark.parametrize("name", MODELS)
def test_values_and_gradients_are_those_of_the_keras_model(name, plain):
    model, layers = made(name)
    agree(Scorer(layers, False, plain), random_goals(model.output_shape[1:], 4), model, starts(4))


@pytest.mark.parametrize("name", ["same padding, cut by a pool", "normalised before the activation", "pools of means"])
def test_one_map_an_image_is_the_same_as_a_weight_of_one(name):
    model, layers = made(name)
    *_, count = shape = model.output_shape[1:]
    goals = [
        Goal("", np.eye(count, dtype=np.float32)[number % count], goal.positions, number % count)
        for number, goal in enumerate(random_goals(shape, 4))
    ]
    agree(Scorer(layers, True), goals, model, starts(4))


def test_what_may_be_computed_at_once_is_one_layer():
    _, layers = made("normalised before the activation")
    kinds = [type(layer) for layer in chain_of(layers).layers]
    assert kinds == [Convolution, Padding, Convolution]
    # A factor may be negative, and then the largest value is no longer the largest.
    _, layers = made("normalised after the activation")
    assert [type(layer) for layer in chain_of(layers).layers] == [Convolution, Scale, MaxPool, Convolution]


def test_a_pool_waits_for_an_activation_that_does_not_grow(monkeypatch):
    bump = type(ACTIVATIONS["tanh"])(lambda values: tf.exp(-values * values), grows=False)
    monkeypatch.setitem(ACTIVATIONS, "bump", bump)
    model, _ = made("same padding")
    first, _, pool = model.layers
    inner = keras.Sequential(
        [keras.Input((28, 28, 1)), Conv2D(4, 3, padding="same"), keras.layers.Lambda(bump.of), pool]
    )
    inner.layers[0].set_weights(first.get_weights())
    layers = [Padding.same(3), Convolution(*first.get_weights()), Activation("bump"), MaxPool(3)]
    agree(Scorer(layers, False), random_goals(inner.output_shape[1:], 3), inner, starts(3))


def test_a_part_of_the_image_that_no_window_sees_is_never_computed():
    # 28 → 26 → 8 → 6 → 3: the last pools leave out what does not fill them.
    chain = chain_of([Convolution(np.zeros((3, 3, 1, 2)), np.zeros(2)), MaxPool(3), MaxPool(3)])
    assert chain.sizes == [20, 6, 2]


@pytest.mark.parametrize("single", [True, False])
def test_a_rescue_passes_the_relu_of_the_target_and_no_other(single):
    stored = network(Conv2D_3=-50)
    layers = layers_to(stored, "Conv2D_3")
    goals = [Goal("Conv2D_3", np.eye(7, dtype=np.float32)[3], np.full(9, 1 / 9, np.float32), 3)] * 2
    results = []
    for chain, rescue in ((layers, False), (layers, True), (layers[:-1], False)):
        scorer = Scorer(chain, single)
        results.append(scorer.score_and_gradient(tf.constant(starts(2)), scorer.targets(goals), tf.constant(rescue)))
    (score, lost), (_, rescued), (_, linear) = results
    assert not np.any(score)
    assert not np.any(lost)
    assert np.any(linear)
    np.testing.assert_array_equal(rescued, linear)


@pytest.mark.parametrize("plain", [False, True], ids=["compiled", "plain"])
def test_a_scorer_that_is_gone_leaves_no_graph_behind(plain):
    goals = [Goal("Conv2D_3", np.eye(7, dtype=np.float32)[3], np.full(9, 1 / 9, np.float32), 3)]

    def trace():
        scorer = Scorer(layers_to(network(), "Conv2D_3"), True, plain)
        targets = scorer.targets(goals)
        traced = tf.function(
            lambda images: scorer.score_and_gradient(images, targets, tf.constant(False)), autograph=False
        )
        return weakref.ref(traced.get_concrete_function(tf.TensorSpec((None, 28, 28))).graph)

    graph = trace()
    gc.collect()
    assert graph() is None
