"""The end of the way through the network: what each image of a batch is to excite, and its score.

- `all_maps`: all maps or nodes of the layer, with weights.
- `one_map`: each image has one map as its target, so only that map's filter is applied: a small matrix product per image.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnistlab.cnn.ascent.goals import Goal
from mnistlab.cnn.ascent.layers import Convolution
from mnistlab.cnn.ascent.operations import Operation, chained, differentiated, max_pool

# Entries up to which moving a filter's places is one product with a matrix of 0 and 1 instead of many small copies.
MOST_ENTRIES = 500_000
# What the targets of a batch are, as tensors with one entry an image.
Targets = tuple[tf.Tensor, ...]


@dataclass(frozen=True)
class Head:
    """Three functions.

    Attributes:
        targets: the goals of a batch -> the same as tensors.
        values: targets -> the operation from what the chain gives to the values before the layer's own activation.
        score: outputs of that activation, targets -> scores (batch,).
    """

    targets: Callable[[Sequence[Goal]], Targets]
    values: Callable[[Targets], Operation]
    score: Callable[[tf.Tensor, Targets], tf.Tensor]


def all_maps() -> Head:
    """Return the head for the values of a whole layer, (batch, rows, columns, maps) or (batch, nodes)."""

    def targets(goals: Sequence[Goal]) -> Targets:
        maps, positions = (np.stack([getattr(goal, name) for goal in goals]) for name in ("maps", "positions"))
        # (batch, 1, maps), (batch, positions, 1)
        return tf.constant(maps[:, None]), tf.constant(positions[..., None])

    def score(output: tf.Tensor, targets: Targets) -> tf.Tensor:
        maps, positions = targets
        # (batch, positions, maps); a dense layer has one position
        output = tf.reshape(output, [-1, positions.shape[1], maps.shape[2]])
        return _summed(tf.reduce_sum(output * maps, -1, keepdims=True) * positions)

    return Head(targets, lambda _: chained([]), score)


def one_map(convolution: Convolution, size_in: int, size: int) -> Head:
    """Return the head for one map an image of a convolution with its pool.

    Arguments:
        convolution: its activation is left to whoever asks.
        size_in: rows and columns of what comes in.
        size: of the map.
    """
    side, _, channels, _ = convolution.kernel.shape
    move = _moving(side, size_in)

    def targets(goals: Sequence[Goal]) -> Targets:
        maps = np.array([goal.single for goal in goals])
        # (batch, channels, places of the filter), (batch, 1, 1, 1), (batch, size, size, 1)
        kernels = convolution.kernel[..., maps].reshape(side**2, channels, -1).transpose(2, 1, 0)
        positions = np.stack([goal.positions for goal in goals]).reshape(-1, size, size, 1)
        biases = convolution.bias[maps].reshape(-1, 1, 1, 1)
        return tf.constant(np.ascontiguousarray(kernels)), tf.constant(biases), tf.constant(positions)

    def values(targets: Targets) -> Operation:
        kernels, biases, _ = targets

        def filtered(images: tf.Tensor) -> tf.Tensor:
            # The filter's places first, each at all pixels; then each place is moved to where it counts.
            products = tf.matmul(tf.reshape(images, [-1, size_in**2, channels]), kernels)
            return move(products) + biases

        return chained([differentiated(filtered), max_pool(convolution.pool)])

    return Head(targets, values, lambda output, targets: _summed(output * targets[2]))


def _summed(parts: tf.Tensor) -> tf.Tensor:
    """(batch, …) -> (batch,)."""
    return tf.reduce_sum(parts, axis=range(1, parts.shape.rank))


def _moving(side: int, size_in: int) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return (batch, pixels in, places of a filter of `side`) -> (batch, rows, columns, 1)."""
    size = size_in - side + 1
    places = [(row, column) for row in range(side) for column in range(side)]
    if (size_in * side * size) ** 2 <= MOST_ENTRIES:
        matrix = tf.constant(_moving_matrix(places, size_in, size))

        def by_product(products: tf.Tensor) -> tf.Tensor:
            return tf.reshape(tf.matmul(tf.reshape(products, [-1, matrix.shape[0]]), matrix), [-1, size, size, 1])

        return by_product

    def one_by_one(products: tf.Tensor) -> tf.Tensor:
        parts = tf.unstack(tf.reshape(products, [-1, size_in, size_in, len(places)]), axis=-1)
        moved = [
            part[:, row : row + size, column : column + size] for part, (row, column) in zip(parts, places, strict=True)
        ]
        return tf.add_n(moved)[..., None]

    return one_by_one


def _moving_matrix(places: Sequence[tuple[int, int]], size_in: int, size: int) -> NDArray[np.float32]:
    """Return which pixel and place of the filter (rows) counts for which value of the map (columns)."""
    matrix = np.zeros((size_in, size_in, len(places), size, size), np.float32)
    row, column = np.mgrid[:size, :size]
    for place, (down, right) in enumerate(places):
        matrix[row + down, column + right, place, row, column] = 1
    return matrix.reshape(-1, size * size)
