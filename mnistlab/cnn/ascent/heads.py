"""The last stage of the ascent's forward pass: the targets of a batch, and the score of each image.

- `all_maps`: a weighted sum over all maps or nodes of the layer.
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

# Entries up to which moving a filter's positions is one product with a 0/1 matrix instead of many small copies.
MOST_ENTRIES = 500_000
# The targets of a batch as tensors with one entry per image.
Targets = tuple[tf.Tensor, ...]


@dataclass(frozen=True)
class Head:
    """The three functions of a head.

    Attributes:
        targets: goals of a batch -> tensors.
        values: targets -> operation from the chain's output to the values before the layer's own activation.
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
    """Return the head for one map per image, of a convolution with its pool.

    Arguments:
        convolution: the convolution; its activation is left to the caller.
        size_in: rows and columns of the input.
        size: rows and columns of the map.
    """
    side, _, channels, _ = convolution.kernel.shape
    move = _moving(side, size_in)

    def targets(goals: Sequence[Goal]) -> Targets:
        maps = np.array([goal.single for goal in goals])
        # (batch, channels, positions in the filter), (batch, 1, 1, 1), (batch, size, size, 1)
        kernels = convolution.kernel[..., maps].reshape(side**2, channels, -1).transpose(2, 1, 0)
        positions = np.stack([goal.positions for goal in goals]).reshape(-1, size, size, 1)
        biases = convolution.bias[maps].reshape(-1, 1, 1, 1)
        return tf.constant(np.ascontiguousarray(kernels)), tf.constant(biases), tf.constant(positions)

    def values(targets: Targets) -> Operation:
        kernels, biases, _ = targets

        def filtered(images: tf.Tensor) -> tf.Tensor:
            # First each position of the filter at all pixels; then each product is moved to the value it contributes to.
            products = tf.matmul(tf.reshape(images, [-1, size_in**2, channels]), kernels)
            return move(products) + biases

        return chained([differentiated(filtered), max_pool(convolution.pool)])

    return Head(targets, values, lambda output, targets: _summed(output * targets[2]))


def _summed(parts: tf.Tensor) -> tf.Tensor:
    """(batch, …) -> (batch,)."""
    return tf.reduce_sum(parts, axis=range(1, parts.shape.rank))


def _moving(side: int, size_in: int) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return (batch, pixels in, positions in a filter of `side`) -> (batch, rows, columns, 1)."""
    size = size_in - side + 1
    offsets = [(row, column) for row in range(side) for column in range(side)]
    if (size_in * side * size) ** 2 <= MOST_ENTRIES:
        matrix = tf.constant(_moving_matrix(offsets, size_in, size))

        def by_product(products: tf.Tensor) -> tf.Tensor:
            return tf.reshape(tf.matmul(tf.reshape(products, [-1, matrix.shape[0]]), matrix), [-1, size, size, 1])

        return by_product

    def one_by_one(products: tf.Tensor) -> tf.Tensor:
        parts = tf.unstack(tf.reshape(products, [-1, size_in, size_in, len(offsets)]), axis=-1)
        moved = [
            part[:, row : row + size, column : column + size]
            for part, (row, column) in zip(parts, offsets, strict=True)
        ]
        return tf.add_n(moved)[..., None]

    return one_by_one


def _moving_matrix(offsets: Sequence[tuple[int, int]], size_in: int, size: int) -> NDArray[np.float32]:
    """Return the 0/1 matrix from pixels and filter positions (rows) to the values of the map (columns) they contribute to."""
    matrix = np.zeros((size_in, size_in, len(offsets), size, size), np.float32)
    row, column = np.mgrid[:size, :size]
    for index, (down, right) in enumerate(offsets):
        matrix[row + down, column + right, index, row, column] = 1
    return matrix.reshape(-1, size * size)
