"""The speed of the ascent beside reference implementations, measured alternately in the same run; for the command `bench`."""

import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnistlab.cnn.ascent.goals import layer_named, map_goal
from mnistlab.cnn.ascent.loop import MOST_BATCH, climb
from mnistlab.cnn.ascent.program import LEAST_SPREAD, TINY_GRADIENT, Extras, program_for
from mnistlab.cnn.atlas import make_atlas
from mnistlab.cnn.network import load_model
from mnistlab.cnn.precursor import precursor
from mnistlab.data.sources import data_at_hand, digits
from mnistlab.patterns.fluctuations import fluctuations
from mnistlab.progress import ended
from mnistlab.recipes import AtlasRecipe, PrecursorRecipe
from mnistlab.recipes.oip import AscentRecipe
from mnistlab.recipes.start import FluctuationStart
from mnistlab.store.models import reference_network
from mnistlab.store.networks import StoredNetwork

LAYER = "Conv2D_3"
# Multiplications and additions of a forward and a backward pass through Conv2D_3 of the default network, as layers count.
GRADIENT_FLOPS = 12.35e6
GEMM_SIDE = 2048
OIP_STEPS, EAGER_STEPS = 600, 60
# About as long as a few matrix products, so that both see the same load of a shared machine.
GRADIENT_STEPS = 8
ROUNDS = 12


def oip_over_eager() -> dict[str, float]:
    """Return the speed of an OIP of 600 steps relative to the plain eager loop."""
    network = reference_network()
    goals, starts = _problem(network, 1)
    model = load_model(network)
    inner = keras.Model(model.input, model.get_layer(LAYER).output)
    ours = timed(lambda: ended(climb(network, goals, starts, AscentRecipe(steps=OIP_STEPS), fused=True)))
    eager = timed(lambda: plain_ascent(inner, 0, starts[0], EAGER_STEPS))
    # Alternately, so that a machine that becomes slower slows down both.
    times = [(ours(), eager() * OIP_STEPS / EAGER_STEPS) for _ in range(ROUNDS)]
    ours_seconds, eager_seconds = min(pair[0] for pair in times), min(pair[1] for pair in times)
    return {
        "oip_over_eager": round(eager_seconds / ours_seconds, 1),
        "oip_seconds": round(ours_seconds, 3),
        "eager_oip_seconds": round(eager_seconds, 2),
    }


def step_over_tf_keras_vis() -> dict[str, float | str]:
    """Return the speed of one OIP step relative to tf-keras-vis, if that is installed."""
    try:
        from tf_keras_vis.activation_maximization import ActivationMaximization
        from tf_keras_vis.utils.scores import CategoricalScore
    except ImportError:
        return {"step_over_tf_keras_vis": "not measured: pip install tf-keras-vis"}
    network = reference_network()
    goals, starts = _problem(network, 1)
    model = load_model(network)
    maximization = ActivationMaximization(keras.Model(model.input, model.get_layer(LAYER).output), clone=False)
    ours = timed(lambda: ended(climb(network, goals, starts, AscentRecipe(steps=OIP_STEPS), fused=True)))
    theirs = timed(lambda: maximization(CategoricalScore(0), steps=EAGER_STEPS))
    times = [(ours() / OIP_STEPS, theirs() / EAGER_STEPS) for _ in range(ROUNDS // 2)]
    ours_seconds, their_seconds = min(pair[0] for pair in times), min(pair[1] for pair in times)
    return {
        "step_over_tf_keras_vis": round(their_seconds / ours_seconds, 1),
        "step_ms": round(1000 * ours_seconds, 3),
        "tf_keras_vis_step_ms": round(1000 * their_seconds, 2),
    }


def gradient_over_gemm() -> dict[str, float]:
    """Return the rate of gradients in a batch relative to that of a float32 matrix product of 2048³."""
    network = reference_network()
    goals, starts = _problem(network, MOST_BATCH)
    program = program_for(network, LAYER, single=True)
    targets, active = program.targets(goals), np.ones(MOST_BATCH, bool)
    before = np.full(MOST_BATCH, np.nan, np.float32)
    ascent = AscentRecipe()
    square = tf.random.stateless_normal((GEMM_SIDE, GEMM_SIDE), (0, 1))
    ours = timed(lambda: program.climb(starts, targets, active, before, GRADIENT_STEPS, ascent, Extras()))
    gemm = timed(lambda: (square @ square).numpy())
    times = [(ours(), gemm()) for _ in range(4 * ROUNDS)]
    gradient_seconds = min(pair[0] for pair in times) / (GRADIENT_STEPS * MOST_BATCH)
    gemm_rate = 2 * GEMM_SIDE**3 / min(pair[1] for pair in times)
    return {
        "gradient_over_gemm": round(GRADIENT_FLOPS / gradient_seconds / gemm_rate, 3),
        "gradient_microseconds": round(gradient_seconds * 1e6, 1),
        "gemm_gflops": round(gemm_rate / 1e9, 1),
    }


def precursor_seconds() -> dict[str, float]:
    """Return the seconds of a fast precursor run over all maps, without compilation."""
    network = reference_network()
    run = timed(lambda: list(precursor(PrecursorRecipe(), network)))
    return {"precursor_seconds": round(min(run() for _ in range(3)), 2)}


def atlas_seconds() -> dict[str, float]:
    """Return the seconds of a whole atlas and until its first tiles, without compilation."""
    network = reference_network()
    test = digits(data_at_hand(), "test")
    first = []

    def atlas() -> None:
        clock = time.perf_counter()
        for number, _ in enumerate(make_atlas(AtlasRecipe(), network, test)):
            if number == 0:
                first.append(time.perf_counter() - clock)

    run = timed(atlas)
    return {"atlas_seconds": round(min(run() for _ in range(2)), 2), "first_tiles_seconds": round(min(first), 2)}


def plain_ascent(inner: keras.Model, map_index: int, start: NDArray[np.float32], steps: int) -> NDArray[Any]:
    """Ascend as described in algorithms.md §3, in eager TensorFlow; return the image (28, 28)."""
    image = tf.constant(start[None, ..., None])
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(image)
            score = tf.reduce_mean(inner(image)[..., map_index])
        gradient = tape.gradient(score, image)
        gradient = gradient / (tf.sqrt(tf.reduce_mean(tf.square(gradient))) + TINY_GRADIENT)
        image = image + 0.01 * gradient
        image = image - tf.reduce_mean(image)
        image = image / tf.maximum(tf.math.reduce_std(image), LEAST_SPREAD)
    result: NDArray[Any] = image.numpy()[0, ..., 0]
    return result


def _problem(network: StoredNetwork, count: int) -> tuple[list[Any], NDArray[np.float32]]:
    row = layer_named(LAYER, network.recipe, with_maps=True)
    goals = [map_goal(row, number % row.shape[-1]) for number in range(count)]
    return goals, np.stack([fluctuations(FluctuationStart(), number) for number in range(count)])


def timed(work: Callable[[], Any]) -> Callable[[], float]:
    """Return a function that times `work`, after running it once to compile it."""
    work()

    def timed() -> float:
        clock = time.perf_counter()
        work()
        return time.perf_counter() - clock

    return timed
