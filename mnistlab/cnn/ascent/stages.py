"""A convolution with its activation and pool -> forward and backward pass, arranged so that the gradient in the image is cheap.

Plain automatic differentiation spends most of its time moving memory. What is done instead, for any network:

- Activations grow steadily, so they commute with max-pooling: pool first, and bias and activation see fewer values.
- A pool drops the rows and columns that fill no window: they are never computed (`size_in`).
- Where one channel comes in (the image), the convolution is a matrix product of image patches, one for each place in a
  pool's window; the pool is then a knock-out tournament between equal arrays, whose backward pass is a few
  selections, and the image's gradient one matrix product back to the patches.

Gradients are those of automatic differentiation; where values are equal, the first of a window wins, as in TensorFlow.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

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


class PatchStage:
    """A convolution of one channel, as a matrix product of patches; each patch feeds one window of the pool.

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
        # The image is cut into blocks of a window's size; a patch is a square of `reach`² blocks.
        self._reach = -(-(side + pool - 1) // pool)
        self._blocks = size + self._reach - 1
        wide = self._reach * pool
        kernels = np.zeros((pool * pool, wide, wide, maps), np.float32)
        for place in range(pool * pool):
            row, column = divmod(place, pool)
            kernels[place, row : row + side, column : column + side] = kernel[:, :, 0]
        # Forward, the pixels of a patch stand row by row: all places of a window then add up their products in the same
        # order, and on a flat background they are equal to the last bit, as they must be for the first to win.
        self._kernels = [tf.constant(part.reshape(wide * wide, maps)) for part in kernels]
        # Backward, block by block, which is cheaper to put together.
        blockwise = kernels.reshape(-1, self._reach, pool, self._reach, pool, maps).transpose(0, 1, 3, 2, 4, 5)
        self._kernels_back = [tf.constant(part.reshape(wide * wide, maps)) for part in blockwise]
        self._bias = tf.constant(bias)

    def forward(self, images: tf.Tensor) -> tuple[tf.Tensor, Kept]:
        """images: (batch, size_in, size_in, 1) -> (batch, size, size, maps), and what `backward` needs."""
        blocks, pool, reach = self._blocks, self._pool, self._reach
        filled = blocks * pool - self.size_in
        padded = tf.pad(images[..., 0], [[0, 0], [0, filled], [0, filled]]) if filled else images[..., 0]
        # (batch, block row, row in it, block column, column in it)
        grid, size = tf.reshape(padded, [-1, blocks, pool, blocks, pool]), self._size
        shifted = [
            grid[:, block : block + size, row, column : column + size]
            for block in range(reach)
            for row in range(pool)
            for column in range(reach)
        ]
        patches = tf.reshape(tf.concat(shifted, -1), [-1, (reach * pool) ** 2])
        best, matches = _tournament([tf.matmul(patches, kernel) for kernel in self._kernels])
        output = self.activation(tf.nn.bias_add(best, self._bias))
        return tf.reshape(output, [-1, size, size, output.shape[-1]]), (output, matches)

    def backward(self, kept: Kept, gradient: tf.Tensor, through: bool = False) -> tf.Tensor:
        """gradient: (batch, size, size, maps) -> (batch, size_in, size_in, 1).

        Arguments:
            kept: from `forward`.
            gradient: in the output.
            through: whether the gradient is that before the activation already.
        """
        output, matches = kept
        flat = tf.reshape(gradient, tf.shape(output))
        if not through:
            flat = self.activation.backward(flat, output)
        parts = _undo_tournament(flat, matches, len(self._kernels))
        products = [tf.matmul(part, kernel, transpose_b=True) for part, kernel in zip(parts, self._kernels_back, strict=True)]
        size, pool, reach, blocks = self._size, self._pool, self._reach, self._blocks
        patches = tf.reshape(tf.add_n(products), [-1, size, size, (reach * pool) ** 2])
        width, rest = pool * pool, reach - 1
        shifted = [
            tf.pad(
                patches[..., place * width : (place + 1) * width],
                [[0, 0], [row, rest - row], [column, rest - column], [0, 0]],
            )
            for place, (row, column) in enumerate(_square(reach))
        ]
        grid = tf.transpose(tf.reshape(tf.add_n(shifted), [-1, blocks, blocks, pool, pool]), [0, 1, 3, 2, 4])
        return tf.reshape(grid, [-1, blocks * pool, blocks * pool, 1])[:, : self.size_in, : self.size_in]


class ConvolutionStage:
    """A convolution of several channels, with the library's own convolution and pool. Arguments as `PatchStage`."""

    def __init__(self, kernel: NDArray[Any], bias: NDArray[Any], activation: str, pool: int, size: int) -> None:
        self.activation, self._pool = Activation(activation), pool
        self.size_in = size * pool + kernel.shape[0] - 1
        self._kernel, self._bias = tf.constant(kernel), tf.constant(bias)

    def forward(self, images: tf.Tensor) -> tuple[tf.Tensor, Kept]:
        """images: (batch, size_in, size_in, channels) -> (batch, size, size, maps), and what `backward` needs."""
        values = tf.nn.conv2d(images, self._kernel, 1, "VALID")
        best = max_pool(values, self._pool)
        output = self.activation(tf.nn.bias_add(best, self._bias))
        return output, (output, values, best)

    def backward(self, kept: Kept, gradient: tf.Tensor, through: bool = False) -> tf.Tensor:
        """gradient: (batch, size, size, maps) -> (batch, size_in, size_in, channels). Arguments as `PatchStage.backward`."""
        output, values, best = kept
        if not through:
            gradient = self.activation.backward(gradient, output)
        gradient = max_pool_backward(values, best, gradient, self._pool)
        channels = self._kernel.shape[2]
        return tf.raw_ops.Conv2DBackpropInput(
            input_sizes=tf.stack([tf.shape(gradient)[0], self.size_in, self.size_in, channels]),
            filter=self._kernel,
            out_backprop=gradient,
            strides=[1, 1, 1, 1],
            padding="VALID",
        )


Stage = PatchStage | ConvolutionStage


def make_stage(kernel: NDArray[Any], bias: NDArray[Any], activation: str, pool: int, size: int) -> Stage:
    """Return the kind of stage that is faster for this kernel (side, side, channels, maps)."""
    kind = PatchStage if kernel.shape[2] == 1 else ConvolutionStage
    return kind(kernel, bias, activation, pool, size)


def max_pool(values: tf.Tensor, pool: int) -> tf.Tensor:
    """values: (batch, rows, columns, maps) -> the largest of each window; rows and columns that fill none are dropped."""
    return values if pool == 1 else tf.nn.max_pool2d(values, pool, pool, "VALID")


def max_pool_backward(values: tf.Tensor, best: tf.Tensor, gradient: tf.Tensor, pool: int) -> tf.Tensor:
    """Return the gradient in `values`, given that in `best` = max_pool(values)."""
    if pool == 1:
        return gradient
    window = [1, pool, pool, 1]
    return tf.raw_ops.MaxPoolGrad(
        orig_input=values, orig_output=best, grad=gradient, ksize=window, strides=window, padding="VALID"
    )


def _square(side: int) -> list[tuple[int, int]]:
    return [(row, column) for row in range(side) for column in range(side)]


def _tournament(values: list[tf.Tensor]) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Return the largest of equal arrays, and for each match whether the earlier won."""
    matches = []
    while len(values) > 1:
        pairs = list(zip(values[::2], values[1::2], strict=False))
        matches += [earlier >= later for earlier, later in pairs]
        # With an odd number the last goes on without a match.
        values = [tf.maximum(earlier, later) for earlier, later in pairs] + values[len(pairs) * 2 :]
    return values[0], matches


def _undo_tournament(gradient: tf.Tensor, matches: list[tf.Tensor], count: int) -> list[tf.Tensor]:
    """Return each competitor's gradient: all of it where it won, zero elsewhere."""
    rounds, entrants = [], count
    while entrants > 1:
        rounds.append(entrants)
        entrants -= entrants // 2
    zero, gradients, rest = tf.zeros_like(gradient), [gradient], list(matches)
    for entrants in reversed(rounds):
        pairs = entrants // 2
        won, rest = rest[len(rest) - pairs :], rest[: len(rest) - pairs]
        before = []
        for place in range(pairs):
            earlier = tf.where(won[place], gradients[place], zero)
            before += [earlier, gradients[place] - earlier]
        gradients = before + gradients[pairs:]
    return gradients
