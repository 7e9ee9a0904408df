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
from mnistlab.cnn.ascent.stages import Activation, Kept, make_stage, max_pool, max_pool_backward

# What the targets of a batch are, as tensors with one entry an image.
Targets = tuple[tf.Tensor, ...]


class SingleMapHead:
    """The score of one map an image. Arguments as `stages.PatchStage`; `size`: of the target's maps."""

    def __init__(self, kernel: NDArray[Any], bias: NDArray[Any], activation: str, pool: int, size: int) -> None:
        self._side, _, self._channels, self._count = kernel.shape
        self._activation, self._pool = Activation(activation), pool
        self._size, self._values = size, size * pool
        self.size_in = self._values + self._side - 1
        # (maps, channels, places of the kernel)
        self._kernels = np.ascontiguousarray(kernel.reshape(-1, self._channels, self._count).transpose(2, 1, 0))
        self._biases = bias

    def targets(self, goals: Sequence[Goal]) -> Targets:
        """Return the filter (batch, channels, places), bias (batch, 1, 1, 1) and position weights (batch, rows, columns, 1)."""
        maps = np.array([goal.single for goal in goals])
        positions = np.stack([goal.positions for goal in goals]).reshape(-1, self._size, self._size, 1)
        return tf.constant(self._kernels[maps]), tf.constant(self._biases[maps].reshape(-1, 1, 1, 1)), tf.constant(positions)

    @property
    def signature(self) -> tuple[tf.TensorSpec, ...]:
        """What `targets` returns, for any batch."""
        places = (None, self._channels, self._side**2), (None, 1, 1, 1), (None, self._size, self._size, 1)
        return tuple(tf.TensorSpec(shape, tf.float32) for shape in places)

    def forward(self, images: tf.Tensor, targets: Targets) -> tuple[tf.Tensor, Kept]:
        """images: (batch, size_in, size_in, channels) -> scores (batch,)."""
        kernels, biases, positions = targets
        size, values = self.size_in, self._values
        # The filter's places first, each at all pixels; then each place is moved to where it counts.
        products = tf.matmul(tf.reshape(images, [-1, size * size, self._channels]), kernels)
        products = tf.reshape(products, [-1, size, size, self._side**2])
        moved = [
            products[:, row : row + values, column : column + values, place : place + 1]
            for place, (row, column) in enumerate(self._places())
        ]
        summed = tf.add_n(moved) + biases
        best = max_pool(summed, self._pool)
        output = self._activation(best)
        score = tf.reduce_sum(output * positions, axis=[1, 2, 3])
        return score, (output, summed, best, score)

    def backward(self, kept: Kept, targets: Targets, rescue: tf.Tensor) -> tf.Tensor:
        """Return the gradient in what came in, (batch, size_in, size_in, channels)."""
        output, summed, best, score = kept
        kernels, _, positions = targets
        gradient = _through_activation(self._activation, positions, output, score, rescue)
        gradient = max_pool_backward(summed, best, gradient, self._pool)
        rest = self._side - 1
        moved = [
            tf.pad(gradient[..., 0], [[0, 0], [row, rest - row], [column, rest - column]]) for row, column in self._places()
        ]
        products = tf.reshape(tf.stack(moved, -1), [-1, self.size_in**2, self._side**2])
        result = tf.matmul(products, kernels, transpose_b=True)
        return tf.reshape(result, [-1, self.size_in, self.size_in, self._channels])

    def _places(self) -> list[tuple[int, int]]:
        return [(row, column) for row in range(self._side) for column in range(self._side)]


class WeightedHead:
    """The weighted sum of all maps of a convolution or pool. Arguments as `SingleMapHead`."""

    def __init__(self, kernel: NDArray[Any], bias: NDArray[Any], activation: str, pool: int, size: int) -> None:
        self._stage = make_stage(kernel, bias, activation, pool, size)
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
            values = activation(tf.nn.bias_add(tf.matmul(values, kernel), bias))
            outputs.append(values)
        score = tf.reduce_sum(values * targets[0], axis=1)
        return score, (outputs, score)

    def backward(self, kept: Kept, targets: Targets, rescue: tf.Tensor) -> tf.Tensor:
        """Return the gradient in what came in, (batch, size_in, size_in, channels)."""
        outputs, score = kept
        gradient = _through_activation(self._layers[-1][2], targets[0], outputs[-1], score, rescue)
        for place in reversed(range(len(self._layers))):
            gradient = tf.matmul(gradient, self._layers[place][0], transpose_b=True)
            if place:
                gradient = self._layers[place - 1][2].backward(gradient, outputs[place - 1])
        return tf.reshape(gradient, [-1, self.size_in, self.size_in, self._channels])


Head = SingleMapHead | WeightedHead | DenseHead


def _through_activation(
    activation: Activation, gradient: tf.Tensor, output: tf.Tensor, score: tf.Tensor, rescue: tf.Tensor
) -> tf.Tensor:
    """Return the gradient before the target's own activation; a relu is passed while it keeps the score at zero."""
    # An exact equality: a relu that does not react gives zero, not something small.
    through = activation.backward(tf.broadcast_to(gradient, tf.shape(output)), output)
    if activation.name != "relu":
        return through
    dead = tf.reshape(tf.logical_and(rescue, score == 0), [-1] + [1] * (output.shape.rank - 1))
    return tf.where(dead, gradient, through)
