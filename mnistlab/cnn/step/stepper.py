"""Weights and digits -> the weights after some batches, by the compiled loops.

A batch is cut into parts of fixed sizes, whose gradients are added in their order, so that the weights depend neither on the number of cores nor on
which of them takes a part. Threads meet once a batch: one that the machine keeps waiting has its part taken by another.
"""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from mnistlab.cnn.ascent.kernels import CORES
from mnistlab.cnn.ascent.weight_kernels import rmsprop_loop
from mnistlab.cnn.step.layout import Layout, Vector, blocks_of
from mnistlab.cnn.step.stages import STAGES, Stage
from mnistlab.recipes.network import IMAGE_SIZE
from mnistlab.recipes.training import TrainingRecipe, learning_rate_after

# Digits of a part, of which a batch has as many as it fills, within this limit.
PART = 32
MOST_PARTS = 8
# Keras' defaults of RMSprop.
RHO, EPSILON = np.float32(0.9), np.float32(1e-7)


@dataclass(frozen=True)
class Told:
    """What a part tells: the sum of its cross-entropies, and how many of its digits are read correctly."""

    loss: float
    hits: int


class _Part:
    """The arrays of one part of a batch, and its gradients (weights,)."""

    def __init__(self, stages: Sequence[Stage], gradients: Vector, most: int) -> None:
        self.stages, self.gradients = stages, gradients
        self._seen = np.empty((most, IMAGE_SIZE, IMAGE_SIZE, 1), np.float32)

    def outputs(self, images: Vector) -> Vector:
        """Return the sums (count, classes) before softmax for images (count, 28, 28, 1)."""
        values = images
        for stage in self.stages:
            values = stage.forward(values, len(images))
        return values.reshape(len(images), -1)

    def gradient(self, images: Vector, labels: NDArray[np.int32], chosen: NDArray[np.int32], batch: int) -> Told:
        """Write the gradients of the loss of a batch of `batch` digits, as far as they come from the digits `chosen`."""
        # What is too large becomes a loss that is no number, which ends the training with a sentence.
        with np.errstate(over="ignore", invalid="ignore"):
            count = len(chosen)
            seen = np.take(images, chosen, axis=0, out=self._seen[:count], mode="clip")
            loss, hits, gradient = _loss(self.outputs(seen), labels[chosen])
            gradient /= np.float32(batch)
            for number in reversed(range(len(self.stages))):
                stage = self.stages[number]
                shaped = gradient.reshape(count, *stage.outputs.shape[1:])
                gradient = stage.back(shaped, count, is_first=number == 0)
        return Told(loss, hits)


def _loss(outputs: Vector, labels: NDArray[np.int32]) -> tuple[float, int, Vector]:
    """Return the sum of the cross-entropies of softmax, the number of correct readings, and the gradient (count, classes) of that sum."""
    rows = np.arange(len(labels))
    hits = int((outputs.argmax(axis=1) == labels).sum())
    shifted = outputs - outputs.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    sums = powers.sum(axis=1, keepdims=True)
    loss = float((np.log(sums[:, 0]) - shifted[rows, labels]).sum())
    gradient = powers / sums
    gradient[rows, labels] -= 1
    return loss, hits, gradient


class Stepper:
    """Weights and optimiser of one training that the loops can do. `weights`: those it starts from, by name."""

    def __init__(self, recipe: TrainingRecipe, weights: Mapping[str, Vector]) -> None:
        self._recipe = recipe
        self._layout = Layout(recipe.network)
        self._weights = self._layout.gathered(weights)
        self._squares, self._momenta = np.zeros_like(self._weights), np.zeros_like(self._weights)
        self._batches = 0
        parts = _parts(recipe.batch_size)
        # A batch of fewer than two full parts is one part.
        most = min(recipe.batch_size, max(PART * 2 - 1, math.ceil(recipe.batch_size / parts)))
        blocks = blocks_of(recipe.network)
        views = self._layout.views(self._weights)
        self._turned = {
            block.name: np.empty(views[f"{block.name}/kernel"].T.shape, np.float32)
            for block in blocks
            if block.way == "pooled"
        }
        self._views = views
        self._gradients = np.zeros((parts, self._layout.count), np.float32)
        self._parts = []
        for gradients in self._gradients:
            sums = self._layout.views(gradients)
            stages = []
            for block in blocks:
                kernel, bias = f"{block.name}/kernel", f"{block.name}/bias"
                own = views[kernel], views[bias], self._turned.get(block.name, views[kernel])
                stages.append(STAGES[block.way](block, most, own, (sums[kernel], sums[bias])))
            self._parts.append(_Part(stages, gradients, most))
        self._helpers = ThreadPoolExecutor(max(1, min(CORES, parts) - 1), thread_name_prefix="step")
        self._threads = ThreadpoolController()
        self._turn()

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next batch."""
        return learning_rate_after(self._recipe, self._batches)

    def weights(self) -> dict[str, Vector]:
        """Return a copy of the weights by name."""
        return self._layout.named(self._weights)

    def set_weights(self, weights: Mapping[str, Vector]) -> None:
        """Replace the weights."""
        self._weights[:] = self._layout.gathered(weights)
        self._turn()

    def state(self) -> dict[str, NDArray[Any]]:
        """Return the weights and the optimiser's variables, which determine the next batch."""
        kept: dict[str, NDArray[Any]] = {f"weights/{name}": array for name, array in self.weights().items()}
        for kind, array in (("squares", self._squares), ("momenta", self._momenta)):
            kept |= {f"{kind}/{name}": part for name, part in self._layout.named(array).items()}
        return kept | {"batches": np.array(self._batches)}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore a `state()`."""
        for kind, array in (("weights", self._weights), ("squares", self._squares), ("momenta", self._momenta)):
            array[:] = self._layout.gathered({name: state[f"{kind}/{name}"] for name in self._layout.places})
        self._batches = int(state["batches"])
        self._turn()

    def train_stretch(
        self, images: Vector, labels: NDArray[np.int32], order: NDArray[np.int32], batch_size: int
    ) -> tuple[Vector, NDArray[np.int32]]:
        """Train once on the digits that `order` indexes, in batches of `batch_size`.

        Returns:
            Losses (batches,) float32 and correctly read digits (batches,) int32 of each batch.
        """
        told = []
        # Products of one thread each: the parts share the cores.
        with self._threads.limit(limits=1, user_api="blas"), np.errstate(over="ignore", invalid="ignore"):
            for start in range(0, len(order), batch_size):
                told.append(self._train_batch(images, labels, order[start : start + batch_size]))
        return np.array([part.loss for part in told], np.float32), np.array([part.hits for part in told], np.int32)

    def _train_batch(self, images: Vector, labels: NDArray[np.int32], chosen: NDArray[np.int32]) -> Told:
        penalty = self._penalty()
        told = self._gradients_for(images, labels, chosen)
        self._update(len(told))
        return Told(math.fsum(part.loss for part in told) / len(chosen) + penalty, sum(part.hits for part in told))

    def _gradients_for(self, images: Vector, labels: NDArray[np.int32], chosen: NDArray[np.int32]) -> list[Told]:
        """Write the gradients of the cross-entropy of a batch, those of each of its parts by themselves; return what each part tells."""
        count = len(chosen)
        parts = _parts(count)
        ends = [count * part // parts for part in range(parts + 1)]
        pieces = [chosen[first:last] for first, last in pairwise(ends)]
        return self._taken(
            [(part, images, labels, piece, count) for part, piece in zip(self._parts, pieces, strict=False)]
        )

    def _taken(self, work: Sequence[tuple[Any, ...]]) -> list[Told]:
        """Return what each part tells. Whoever is free takes the next part, so that no thread waits for one that does not run."""
        told: dict[int, Told] = {}
        waiting, lock = iter(range(len(work))), Lock()

        def take() -> None:
            while True:
                with lock:
                    number = next(waiting, None)
                if number is None:
                    return
                part, *arguments = work[number]
                told[number] = part.gradient(*arguments)

        helping = [self._helpers.submit(take) for _ in range(min(CORES, len(work)) - 1)]
        take()
        for helper in helping:
            # One that has not begun finds nothing left to take.
            if not helper.cancel():
                helper.result()
        return [told[number] for number in range(len(work))]

    def _penalty(self) -> float:
        network = self._recipe.network
        kernels = [self._views[name] for name in self._views if name.startswith("Dense") and name.endswith("kernel")]
        if network.regularizer is None:
            return 0.0
        if network.regularizer == "l2":
            return network.regularizer_strength * sum(float(np.vdot(kernel, kernel)) for kernel in kernels)
        return network.regularizer_strength * sum(float(np.abs(kernel).sum()) for kernel in kernels)

    def _update(self, parts: int) -> None:
        recipe = self._recipe
        loop = rmsprop_loop(parts)
        rate, momentum = np.float32(learning_rate_after(recipe, self._batches)), np.float32(recipe.momentum)
        for name, place in self._layout.places.items():
            strength = (
                recipe.network.regularizer_strength if name.startswith("Dense") and name.endswith("kernel") else 0
            )
            l1, l2 = (np.float32(strength * (recipe.network.regularizer == kind)) for kind in ("l1", "l2"))
            loop(
                self._weights, self._squares, self._momenta, self._gradients,
                l1, l2, rate, RHO, EPSILON, momentum, place.start, place.stop,
            )  # fmt: skip
        self._batches += 1
        self._turn()

    def _turn(self) -> None:
        for name, turned in self._turned.items():
            np.copyto(turned, self._views[f"{name}/kernel"].T)


def _parts(count: int) -> int:
    """Return the number of parts of a batch of `count` digits."""
    return max(1, min(MOST_PARTS, count // PART))
