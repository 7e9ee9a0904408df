"""A scorer -> the compiled loop over ascent steps; compiled once per network and layer, for all values of the sliders.

One step, as in algorithms.md §3:

- score and gradient of each image for its own target;
- the gradient of each image scaled to a mean square of 1;
- a step along it, and the image standardised again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnistlab.cnn.ascent.chain import layers_to
from mnistlab.cnn.ascent.evenness import two_at_least
from mnistlab.cnn.ascent.goals import Goal, layer_named, map_goal
from mnistlab.cnn.ascent.heads import Targets
from mnistlab.cnn.ascent.scorer import Scorer
from mnistlab.cnn.cache import Ready
from mnistlab.patterns.smooth import blur_matrix
from mnistlab.recipes.network import IMAGE_SIZE
from mnistlab.recipes.oip import AscentRecipe, RobustnessRecipe
from mnistlab.store.networks import StoredNetwork

# Steps per call: the compiled loop allocates this many scores.
MOST_STEPS = 128
# Prevents a division by zero for a gradient of zero.
TINY_GRADIENT = 1e-7
PIXELS = IMAGE_SIZE**2
LEAST_SPREAD = 1 / IMAGE_SIZE
MOST_PROGRAMS = 12


@dataclass(frozen=True)
class Extras:
    """Optional features of an ascent; none by default.

    Attributes:
        robustness: jitter and smoothing.
        diversity: how strongly the images of the batch are pushed apart.
        seed: seed of the jitter.
        first_step: number of steps done before; the jitter of a step depends on seed and step number.
    """

    robustness: RobustnessRecipe = field(default_factory=RobustnessRecipe)
    diversity: float = 0.0
    seed: int = 0
    first_step: int = 0

    @property
    def any(self) -> bool:
        """Whether any of them is requested."""
        return bool(self.robustness.jitter or self.robustness.smoothing or self.diversity)


@dataclass(frozen=True)
class Stretch:
    """The result of some steps of a batch.

    Attributes:
        images: (batch, 28, 28) float32, after the last step.
        scores: (steps, batch) float32, before each step.
        active: (batch,) bool, False for images that have converged and were left alone.
        slope: (batch,) float32, root mean square of the last gradient, before scaling.
    """

    images: NDArray[np.float32]
    scores: NDArray[np.float32]
    active: NDArray[np.bool_]
    slope: NDArray[np.float32]


class Program:
    """Compiled ascent at one layer of one network.

    Arguments:
        network: the network. layer: name of a convolution, pool or dense layer. single: as for `Scorer`.
        full: whether to support jitter, smoothing, diversity and a stop at convergence; without them a step is cheaper.
    """

    def __init__(self, network: StoredNetwork, layer: str, single: bool, full: bool) -> None:
        layers = layers_to(network, layer)
        self._scorer, self._full = Scorer(layers, single), full
        # How often a loop was traced; more than once per way of compiling would lose seconds.
        self.traces = 0
        # Steps that take about as long as one report, by batch size and way of compiling; updated by the caller's loop.
        self.pace: dict[tuple[int, bool], int] = {}
        images = tf.TensorSpec((None, IMAGE_SIZE, IMAGE_SIZE), tf.float32)
        blur = tf.TensorSpec((IMAGE_SIZE, IMAGE_SIZE), tf.float32)
        each_bool, each_real = tf.TensorSpec((None,), tf.bool), tf.TensorSpec((None,), tf.float32)
        whole, real, truth = (tf.TensorSpec((), kind) for kind in (tf.int32, tf.float32, tf.bool))
        example = self._scorer.targets([map_goal(layer_named(layer, network.recipe), 0)])
        targets = tuple(tf.TensorSpec((None, *target.shape[1:]), target.dtype) for target in example)
        signature = [images, targets, each_bool, each_real, whole, real, truth, real, (whole, whole, whole, blur, real)]
        plain = Scorer(layers, single, plain=True)
        self._loop = tf.function(partial(self._climb, self._scorer), input_signature=signature, autograph=False)
        self._fused = tf.function(
            partial(self._climb, plain), input_signature=signature, autograph=False, jit_compile=True
        )
        self._score = tf.function(self._scorer.score, input_signature=[images, targets], autograph=False)

    def targets(self, goals: Sequence[Goal]) -> Targets:
        """Return the goals of a batch as tensors."""
        return self._scorer.targets(goals)

    def scores(self, images: NDArray[np.float32], targets: Targets) -> NDArray[np.float32]:
        """Return the scores (batch,) of images (batch, 28, 28)."""
        result: NDArray[np.float32] = self._score(*two_at_least(images, targets)).numpy()
        return result[: len(images)]

    def climb(
        self,
        images: NDArray[np.float32],
        targets: Targets,
        active: NDArray[np.bool_],
        before: NDArray[np.float32],
        steps: int,
        ascent: AscentRecipe,
        extras: Extras,
        fused: bool = False,
    ) -> Stretch:
        """Run some steps.

        Arguments:
            images: (batch, 28, 28) float32, standardised.
            targets: from `self.targets`.
            active: (batch,) bool, which images to change.
            before: (batch,) float32, scores before the last step; NaN at the start.
            steps: at most MOST_STEPS.
            ascent: step size and so on.
            extras: jitter, smoothing and diversity.
            fused: whether to use the loop compiled by XLA: a single image takes a third of the time, after a second of
                compiling, but batches take longer. It rounds differently from the usual loop.
        """
        if len(images) == 1 and not fused and not extras.diversity:
            pair, pair_targets = two_at_least(images, targets)
            both = self.climb(pair, pair_targets, np.tile(active, 2), np.tile(before, 2), steps, ascent, extras)
            return Stretch(both.images[:1], both.scores[:, :1], both.active[:1], both.slope[:1])
        blur = blur_matrix(extras.robustness.smoothing)
        options = extras.first_step, extras.seed, extras.robustness.jitter, blur, extras.diversity
        tolerance = ascent.convergence if ascent.stop_at_convergence else -1.0
        tensors = (self._fused if fused else self._loop)(
            tf.constant(images),
            targets,
            tf.constant(active),
            tf.constant(before),
            tf.constant(steps, tf.int32),
            tf.constant(ascent.step_size, tf.float32),
            tf.constant(ascent.rescue),
            tf.constant(tolerance, tf.float32),
            tuple(tf.constant(value, kind) for value, kind in zip(options, _OPTION_TYPES, strict=True)),
        )
        changed, scores, still_active, slope = (tensor.numpy() for tensor in tensors)
        return Stretch(changed, scores[:steps], still_active, slope)

    def _climb(
        self,
        scorer: Scorer,
        images: tf.Tensor,
        targets: Targets,
        active: tf.Tensor,
        before: tf.Tensor,
        steps: tf.Tensor,
        step_size: tf.Tensor,
        rescue: tf.Tensor,
        tolerance: tf.Tensor,
        options: tuple[tf.Tensor, ...],
    ) -> tuple[tf.Tensor, ...]:
        # Incremented only while the loop is traced, because only then does Python run.
        self.traces += 1
        scores = tf.TensorArray(tf.float32, MOST_STEPS)

        def body(step: tf.Tensor, images: tf.Tensor, scores: tf.TensorArray, *state: tf.Tensor) -> tuple[Any, ...]:
            active, before, _ = state
            score, gradient = self._gradient(scorer, images, targets, rescue, step, options)
            slope = tf.sqrt(tf.reduce_mean(gradient * gradient, axis=[1, 2]))
            direction = gradient / (slope[:, None, None] + TINY_GRADIENT)
            if self._full:
                direction -= _towards_others(images, options[-1])
            moved = standardise(images + step_size * direction)
            if self._full:
                settled = tf.logical_and(tf.abs(score - before) <= tolerance * tf.abs(score), score != 0)
                active = tf.logical_and(active, tf.logical_not(settled))
                moved = tf.where(active[:, None, None], moved, images)
            return step + 1, moved, scores.write(step, score), active, score, slope

        start = 0, images, scores, active, before, tf.zeros_like(before)
        # Steps run one after the other, because each needs the result of the one before.
        _, images, scores, active, _, slope = tf.while_loop(
            lambda step, *_: step < steps, body, start, parallel_iterations=1
        )
        return images, scores.stack(), active, slope

    def _gradient(
        self,
        scorer: Scorer,
        images: tf.Tensor,
        targets: Targets,
        rescue: tf.Tensor,
        step: tf.Tensor,
        options: tuple[tf.Tensor, ...],
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Return scores and gradients; in the full program, gradients of shifted images, shifted back and blurred."""
        if not self._full:
            return scorer.score_and_gradient(images, targets, rescue)
        first, seed, jitter, blur, _ = options
        # The same shift for all images, because an image's result must not depend on its index in the batch.
        shift = tf.random.stateless_uniform((2,), (seed, first + step), -jitter, jitter + 1, tf.int32)
        score, gradient = scorer.score_and_gradient(tf.roll(images, shift, [1, 2]), targets, rescue)
        gradient = tf.roll(gradient, -shift, [1, 2])
        # blur · gradient · blurᵀ for each image
        return score, tf.einsum("yi,nij,xj->nyx", blur, gradient, blur)


_OPTION_TYPES = (tf.int32, tf.int32, tf.int32, tf.float32, tf.float32)


def standardise(images: tf.Tensor) -> tf.Tensor:
    """Standardise tensors (batch, 28, 28), as `mnistlab.data.standardise` does for arrays."""
    centred = images - tf.reduce_mean(images, axis=[1, 2], keepdims=True)
    spread = tf.sqrt(tf.reduce_mean(centred * centred, axis=[1, 2], keepdims=True))
    return centred / tf.maximum(spread, LEAST_SPREAD)


def _towards_others(images: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Return the direction (batch, 28, 28) in which each image becomes more like the others it resembles."""
    flat = tf.reshape(images, [-1, PIXELS])
    count = tf.shape(flat)[0]
    # Correlations, because images are standardised; dissimilar images do not repel each other any further.
    alike = tf.nn.relu(tf.matmul(flat, flat, transpose_b=True) / PIXELS)
    alike = tf.linalg.set_diag(alike, tf.zeros([count]))
    others = tf.cast(tf.maximum(count - 1, 1), tf.float32)
    return strength / others * tf.reshape(tf.matmul(alike, flat), tf.shape(images))


_programs: Ready[Program] = Ready(MOST_PROGRAMS)


def program_for(network: StoredNetwork, layer: str, single: bool, full: bool = False) -> Program:
    """Return the program of this layer, cached while it is in use."""
    return _programs.get((network.digest, layer, single, full), lambda: Program(network, layer, single, full))
