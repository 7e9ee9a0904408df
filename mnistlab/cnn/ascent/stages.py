"""A convolution with its activation and pool -> forward and backward pass, arranged so that the gradient in the image is cheap.

Plain automatic differentiation spends most of its time moving memory. What is done instead, for any network:

- Activations grow steadily, so they commute with max-pooling: pool first, and bias and activation see fewer values.
- A pool drops the rows and columns that fill no window: they are never computed (`size_in`).
- A pool is a knock-out tournament between equal arrays (`pools.py`).
- Where one channel comes in (the image), each place in a pool's window is a strided convolution of its own, and the image's
  gradient is a few matrix products.

Gradients are those of automatic differentiation.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnistlab.cnn.ascent.pools import Pool, differences, shares, tournament

# What a forward pass leaves for the backward pass.
Kept = Any


@dataclass(frozen=True)
class Activation:
    """An activation by its Keras name, with the gradient computed from its output."""

    name: str

    def __call__(self, values: tf.Tensor) -> tf.Tensor:
        """Return the activation of `values`."""
        match self.name:
            case "relu":
                return tf.nn.relu(values)
            case "sigmoid":
                return tf.sigmoid(values)
            case "tanh":
                return tf.tanh(values)
            case "elu":
                return tf.nn.elu(values)
            case "linear":
                return values
        raise ValueError(f"an activation without a gradient: {self.name}")

    def backward(self, gradient: tf.Tensor, output: tf.Tensor) -> tf.Tensor:
        """Return the gradient in the values, given that in the output."""
        match self.name:
            case "relu":
                return tf.raw_ops.ReluGrad(gradients=gradient, features=output)
            case "sigmoid":
                return tf.raw_ops.SigmoidGrad(y=output, dy=gradient)
            case "tanh":
                return tf.raw_ops.TanhGrad(y=output, dy=gradient)
            case "elu":
                return tf.raw_ops.EluGrad(gradients=gradient, outputs=output)
            case "linear":
                return gradient
        raise ValueError(f"an activation without a gradient: {self.name}")


class ImageStage:
    """A convolution of one channel: one strided convolution for each place in a window of the pool.

    Arguments:
        kernel: (side, side, 1, maps) float32. bias: (maps,).
        activation: a Keras name.
        pool: side of a window; 1 for none.
        size: rows and columns of the output that are needed.
    """

    def __init__(self, kernel: NDArray[Any], bias: NDArray[Any], activation: str, pool: int, size: int) -> None:
        side, maps = kernel.shape[0], kernel.shape[-1]
        self.activation, self._pool, self._size = Activation(activation), pool, size
        self.size_in = size * pool + side - 1
        self._kernel, self._bias = tf.constant(kernel), tf.constant(bias)
        # What one convolution of the window sees of the image.
        self._extent = (size - 1) * pool + side
        # Backward the image is cut into blocks of a window's size; a patch, which one window sees, is `reach`² blocks.
        self._reach = -(-(side + pool - 1) // pool)
        wide = self._reach * pool
        patches = np.zeros((pool * pool, wide, wide, maps), np.float32)
        for place, (row, column) in enumerate(_square(pool)):
            patches[place, row : row + side, column : column + side] = kernel[:, :, 0]
        # (places, patch row, patch column, maps) -> (places, maps, patch), block by block
        patches = patches.reshape(-1, self._reach, pool, self._reach, pool, maps).transpose(0, 5, 1, 3, 2, 4)
        self._patches = [tf.constant(part) for part in differences(patches.reshape(-1, maps, wide * wide))]

    def forward(self, images: tf.Tensor) -> tuple[tf.Tensor, Kept]:
        """images: (batch, size_in, size_in, 1) -> (batch, size, size, maps), and what `backward` needs."""
        extent, padded = self._extent, one_more(images)
        values = [
            tf.nn.conv2d(padded[:, row : row + extent, column : column + extent], self._kernel, self._pool, "VALID")[
                :-1
            ]
            for row, column in _square(self._pool)
        ]
        best, margins = tournament(values)
        output = self.activation(tf.nn.bias_add(best, self._bias))
        return output, (output, margins)

    def backward(self, kept: Kept, gradient: tf.Tensor, through: bool = False) -> tf.Tensor:
        """gradient: (batch, size, size, maps) -> (batch, size_in, size_in, 1).

        Arguments:
            kept: from `forward`.
            gradient: in the output.
            through: whether the gradient is that before the activation already.
        """
        output, margins = kept
        if not through:
            gradient = self.activation.backward(gradient, output)
        maps, size, pool, reach = output.shape[-1], self._size, self._pool, self._reach
        parts = [tf.reshape(part, [-1, maps]) for part in shares(gradient, margins)]
        patches = tf.add_n([tf.matmul(part, kernel) for part, kernel in zip(parts, self._patches, strict=True)])
        patches = tf.reshape(patches, [-1, size, size, (reach * pool) ** 2])
        width, rest = pool * pool, reach - 1
        moved = [
            tf.pad(
                patches[..., place * width : (place + 1) * width],
                [[0, 0], [row, rest - row], [column, rest - column], [0, 0]],
            )
            for place, (row, column) in enumerate(_square(reach))
        ]
        blocks = size + rest
        # (batch, block row, block column, row in it, column in it) -> pixels
        grid = tf.transpose(tf.reshape(tf.add_n(moved), [-1, blocks, blocks, pool, pool]), [0, 1, 3, 2, 4])
        return tf.reshape(grid, [-1, blocks * pool, blocks * pool, 1])[:, : self.size_in, : self.size_in]


class ConvolutionStage:
    """A convolution of several channels, with the library's own convolution. Arguments as `ImageStage`."""

    def __init__(self, kernel: NDArray[Any], bias: NDArray[Any], activation: str, pool: int, size: int) -> None:
        self.activation, self._pool = Activation(activation), Pool(pool)
        self.size_in = size * pool + kernel.shape[0] - 1
        self._kernel, self._bias = tf.constant(kernel), tf.constant(bias)

    def forward(self, images: tf.Tensor) -> tuple[tf.Tensor, Kept]:
        """images: (batch, size_in, size_in, channels) -> (batch, size, size, maps), and what `backward` needs."""
        values = tf.nn.conv2d(images, self._kernel, 1, "VALID")
        best, pooled = self._pool.forward(values)
        output = self.activation(tf.nn.bias_add(best, self._bias))
        return output, (output, pooled)

    def backward(self, kept: Kept, gradient: tf.Tensor, through: bool = False) -> tf.Tensor:
        """gradient: (batch, size, size, maps) -> (batch, size_in, size_in, channels). Arguments as `ImageStage.backward`."""
        output, pooled = kept
        if not through:
            gradient = self.activation.backward(gradient, output)
        gradient = self._pool.backward(pooled, gradient)
        channels = self._kernel.shape[2]
        return tf.raw_ops.Conv2DBackpropInput(
            input_sizes=tf.stack([tf.shape(gradient)[0], self.size_in, self.size_in, channels]),
            filter=self._kernel,
            out_backprop=gradient,
            strides=[1, 1, 1, 1],
            padding="VALID",
        )


Stage = ImageStage | ConvolutionStage


def make_stage(kernel: NDArray[Any], bias: NDArray[Any], activation: str, pool: int, size: int) -> Stage:
    """Return the kind of stage that is faster for this kernel (side, side, channels, maps)."""
    kind = ImageStage if kernel.shape[2] == 1 else ConvolutionStage
    return kind(kernel, bias, activation, pool, size)


def one_more(values: tf.Tensor) -> tf.Tensor:
    """Return the batch with an empty image behind it.

    For a batch of one, TensorFlow takes another way through a product, with other rounding; steep ascents enlarge that until
    an image alone ends as another picture than among others.
    """
    return tf.pad(values, [[0, 1]] + [[0, 0]] * (values.shape.rank - 1))


def _square(side: int) -> list[tuple[int, int]]:
    return [(row, column) for row in range(side) for column in range(side)]
