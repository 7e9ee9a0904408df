"""The end of the way through the network: what comes into the target's layer -> the score, and the gradient back.

- `SingleMapHead`: each image has one map as its target, so only that map's filter is applied: a small matrix product per image.
- `WeightedHead`: all maps of the layer, with weights.
- `DenseHead`: the nodes of a dense layer; of the last layer the values before softmax.

While a score is zero and rescue is on, the gradient passes the target layer's own relu (algorithms.md §3).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnistlab.cnn.ascent.goals import Goal
from mnistlab.cnn.ascent.pools import Pool
from mnistlab.cnn.ascent.stages import Activation, Kept, make_stage

# Entries up to which moving a filter's places is one product with a matrix of 0 and 1 instead of many small copies.
MOST_ENTRIES = 500_000
# Rows a product of a dense layer has at least.
ROWS = 32
# What the targets of a batch are, as tensors with one entry an image.
Targets = tuple[tf.Tensor, ...]


class SingleMapHead:
    """The score of one map an image. Arguments as `stages.PlainStage`; `size`: of the target's maps."""

    def __init__(self, kernel: NDArray[Any], bias: NDArray[Any], activation: str, pool: int, size: int) -> None:
        self._side, _, self._channels, self._count = kernel.shape
        self._activation, self._pool = Activation(activation), Pool(pool)
        self._size, self._values = size, size * pool
        self.size_in = self._values + self._side - 1
        # (maps, channels, places of the kernel)
        self._kernels = np.ascontiguousarray(kernel.reshape(-1, self._channels, self._count).transpose(2, 1, 0))
        self._biases = bias
        entries = (self.size_in * self._side * self._values) ** 2
        self._moves = tf.constant(self._moving_matrix()) if entries <= MOST_ENTRIES else None

    def targets(self, goals: Sequence[Goal]) -> Targets:
        """Return the filter (batch, channels, places), bias (batch, 1, 1, 1) and position weights (batch, rows, columns, 1)."""
        maps = np.array([goal.single for goal in goals])
        positions = np.stack([goal.positions for goal in goals]).reshape(-1, self._size, self._size, 1)
        return (
            tf.constant(self._kernels[maps]),
            tf.constant(self._biases[maps].reshape(-1, 1, 1, 1)),
            tf.constant(positions),
        )

    @property
    def signature(self) -> tuple[tf.TensorSpec, ...]:
        """What `targets` returns, for any batch."""
        places = (None, self._channels, self._side**2), (None, 1, 1, 1), (None, self._size, self._size, 1)
        return tuple(tf.TensorSpec(shape, tf.float32) for shape in places)

    def forward(self, images: tf.Tensor, targets: Targets) -> tuple[tf.Tensor, Kept]:
        """images: (batch, size_in, size_in, channels) -> scores (batch,)."""
        kernels, biases, positions = targets
        size = self.size_in
        # The filter's places first, each at all pixels; then each place is moved to where it counts.
        products = tf.matmul(tf.reshape(images, [-1, size * size, self._channels]), kernels)
        summed = self._move(products) + biases
        best, pooled = self._pool.forward(summed)
        output = self._activation(best)
        score = tf.reduce_sum(output * positions, axis=[1, 2, 3])
        return score, (output, pooled, score)

    def backward(self, kept: Kept, targets: Targets, rescue: tf.Tensor) -> tf.Tensor:
        """Return the gradient in what came in, (batch, size_in, size_in, channels)."""
        output, pooled, score = kept
        kernels, _, positions = targets
        gradient = _through_activation(self._activation, positions, output, score, rescue)
        gradient = self._pool.backward(pooled, gradient)
        products = self._move_back(gradient)
        result = tf.matmul(products, kernels, transpose_b=True)
        return tf.reshape(result, [-1, self.size_in, self.size_in, self._channels])

    def _move(self, products: tf.Tensor) -> tf.Tensor:
        """(batch, pixels in, places of the kernel) -> (batch, rows, columns, 1)."""
        size, values = self.size_in, self._values
        if self._moves is not None:
            flat = tf.matmul(tf.reshape(products, [-1, size * size * self._side**2]), self._moves)
            return tf.reshape(flat, [-1, values, values, 1])
        products = tf.reshape(products, [-1, size, size, self._side**2])
        return tf.add_n(
            [
                products[:, row : row + values, column : column + values, place : place + 1]
                for place, (row, column) in enumerate(self._places())
            ]
        )

    def _move_back(self, gradient: tf.Tensor) -> tf.Tensor:
        """(batch, rows, columns, 1) -> (batch, pixels in, places of the kernel)."""
        if self._moves is not None:
            flat = tf.matmul(tf.reshape(gradient, [-1, self._values**2]), self._moves, transpose_b=True)
            return tf.reshape(flat, [-1, self.size_in**2, self._side**2])
        rest = self._side - 1
        moved = [
            tf.pad(gradient[..., 0], [[0, 0], [row, rest - row], [column, rest - column]])
            for row, column in self._places()
        ]
        return tf.reshape(tf.stack(moved, -1), [-1, self.size_in**2, self._side**2])

    def _moving_matrix(self) -> NDArray[np.float32]:
        """Return which pixel and place of the kernel (rows) counts for which value of the map (columns)."""
        size, values = self.size_in, self._values
        matrix = np.zeros((size, size, self._side**2, values, values), np.float32)
        row, column = np.mgrid[:values, :values]
        for place, (down, right) in enumerate(self._places()):
            matrix[row + down, column + right, place, row, column] = 1
        return matrix.reshape(-1, values * values)

    def _places(self) -> list[tuple[int, int]]:
        return [(row, column) for row in range(self._side) for column in range(self._side)]


class WeightedHead:
    """The weighted sum of all maps of a convolution or pool. Arguments as `stages.make_stage`."""

    def __init__(
        self, kernel: NDArray[Any], bias: NDArray[Any], activation: str, pool: int, size: int, plain: bool
    ) -> None:
        self._stage = make_stage(kernel, bias, activation, pool, size, plain)
        self.size_in = self._stage.size_in
        self._size, self._count = size, kernel.shape[-1]

    def targets(self, goals: Sequence[Goal]) -> Targets:
        """Return the weights of the maps (batch, 1, 1, maps) and of the positions (batch, rows, columns, 1)."""
        maps = np.stack([goal.maps for goal in goals])[:, None, None, :]
        positions = np.stack([goal.positions for goal in goals]).reshape(-1, self._size, self._size, 1)
        return tf.constant(maps), tf.constant(positions)

    @property
    def signature(self) -> tuple[tf.TensorSpec, ...]:
        """What `targets` returns, for any batch."""
        shapes = (None, 1, 1, self._count), (None, self._size, self._size, 1)
        return tuple(tf.TensorSpec(shape, tf.float32) for shape in shapes)

    def forward(self, images: tf.Tensor, targets: Targets) -> tuple[tf.Tensor, Kept]:
        """images: (batch, size_in, size_in, channels) -> scores (batch,)."""
        maps, positions = targets
        output, kept = self._stage.forward(images)
        score = tf.reduce_sum(tf.reduce_sum(output * maps, -1, keepdims=True) * positions, axis=[1, 2, 3])
        return score, (output, kept, score)

    def backward(self, kept: Kept, targets: Targets, rescue: tf.Tensor) -> tf.Tensor:
        """Return the gradient in what came in, (batch, size_in, size_in, channels)."""
        output, stage_kept, score = kept
        maps, positions = targets
        gradient = _through_activation(self._stage.activation, maps * positions, output, score, rescue)
        return self._stage.backward(stage_kept, gradient, through=True)


class DenseHead:
    """The weighted sum of the nodes of a dense layer.

    Arguments:
        layers: kernel (nodes in, nodes), bias (nodes,) and activation of each dense layer up to the target's.
        size: rows and columns of the last convolution's maps. channels: how many maps it has.
    """

    def __init__(self, layers: Sequence[tuple[NDArray[Any], NDArray[Any], str]], size: int, channels: int) -> None:
        self.size_in, self._channels = size, channels
        self._layers = [(tf.constant(kernel), tf.constant(bias), Activation(name)) for kernel, bias, name in layers]
        self._count = layers[-1][1].shape[0]

    def targets(self, goals: Sequence[Goal]) -> Targets:
        """Return the weights of the nodes, (batch, nodes)."""
        return (tf.constant(np.stack([goal.maps for goal in goals])),)

    @property
    def signature(self) -> tuple[tf.TensorSpec, ...]:
        """What `targets` returns, for any batch."""
        return (tf.TensorSpec((None, self._count), tf.float32),)

    def forward(self, images: tf.Tensor, targets: Targets) -> tuple[tf.Tensor, Kept]:
        """images: (batch, size_in, size_in, channels) -> scores (batch,)."""
        outputs = []
        values = tf.reshape(images, [-1, self.size_in**2 * self._channels])
        for kernel, bias, activation in self._layers:
            values = activation(tf.nn.bias_add(_product(values, kernel), bias))
            outputs.append(values)
        score = tf.reduce_sum(values * targets[0], axis=1)
        return score, (outputs, score)

    def backward(self, kept: Kept, targets: Targets, rescue: tf.Tensor) -> tf.Tensor:
        """Return the gradient in what came in, (batch, size_in, size_in, channels)."""
        outputs, score = kept
        gradient = _through_activation(self._layers[-1][2], targets[0], outputs[-1], score, rescue)
        for place in reversed(range(len(self._layers))):
            gradient = _product(gradient, self._layers[place][0], transpose_b=True)
            if place:
                gradient = self._layers[place - 1][2].backward(gradient, outputs[place - 1])
        return tf.reshape(gradient, [-1, self.size_in, self.size_in, self._channels])


Head = SingleMapHead | WeightedHead | DenseHead


def _product(values: tf.Tensor, kernel: tf.Tensor, transpose_b: bool = False) -> tf.Tensor:
    """Return values (batch, nodes in) · kernel, the same for an image whatever the batch.

    For few rows TensorFlow takes other ways through a product, with other rounding, so there are always some.
    """
    count = tf.shape(values)[0]
    filled = tf.pad(values, [[0, -count % ROWS], [0, 0]])
    return tf.matmul(filled, kernel, transpose_b=transpose_b)[:count]


def _through_activation(
    activation: Activation, gradient: tf.Tensor, output: tf.Tensor, score: tf.Tensor, rescue: tf.Tensor
) -> tf.Tensor:
    """Return the gradient before the target's own activation; a relu is passed while it keeps the score at zero."""
    through = activation.backward(gradient, output)
    if activation.name != "relu":
        return through
    # An exact equality: a relu that does not react gives zero, not something small.
    dead = tf.reshape(tf.logical_and(rescue, score == 0), [-1] + [1] * (output.shape.rank - 1))
    return tf.where(dead, gradient, through)
