"""The layers of a network -> operations, arranged so that the gradient with respect to the image is cheap.

A new layer is a class here, a new activation a line in ACTIVATIONS; gradients are derived (`operations.py`). For any network:

- A convolution absorbs following layers that can be computed with it (`then`): its batch normalisation, and a pool. Monotone
  activations commute with a pool, so that bias and activation have fewer values to process.
- Rows and columns that a pool drops because they fill no window are never computed (`size_in`).
- Pools, and convolutions of the image itself, are compiled loops, which skip positions without gradient in the backward pass (`kernels.py`).
- On a GPU, and where XLA compiles a step as a whole, only TensorFlow's own operations are used (`way`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, Self

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnistlab.cnn.ascent.evenness import in_packets, product
from mnistlab.cnn.ascent.kernels import (
    MOST_PRODUCTS,
    convolve_and_pool,
    convolve_and_pool_back,
    pool_and_convolve_back,
    pool_values,
)
from mnistlab.cnn.ascent.operations import Operation, chained, differentiated, looped, max_pool


@dataclass(frozen=True)
class Function:
    """An activation.

    Attributes:
        of: values (batch, …) -> outputs.
        quiet: its output for an input of zero. Outputs of a sigmoid are never zero.
        grows: whether it never decreases.
        cuts: whether it is zero, with zero gradient, below some value, so that its target may need a rescue.
    """

    of: Callable[[tf.Tensor], tf.Tensor]
    quiet: float = 0.0
    grows: bool = True
    cuts: bool = False


ACTIVATIONS = {
    "linear": Function(tf.identity),
    "relu": Function(tf.nn.relu, cuts=True),
    "elu": Function(in_packets(tf.nn.elu)),
    "tanh": Function(in_packets(tf.tanh)),
    "sigmoid": Function(in_packets(tf.sigmoid), quiet=0.5),
}


class Layer:
    """One layer; this base class is an elementwise layer.

    Attributes:
        activation: the Keras name of the activation it ends with.
        before, after: rows of zeros above and below the input, and columns of zeros to its left and right.
    """

    activation: str = "linear"
    before: int = 0
    after: int = 0

    @property
    def window(self) -> tuple[int, int]:
        """Side of the input square that one value reads, and the distance between the squares of neighbouring values."""
        return 1, 1

    def size_out(self, size: int) -> int:
        """Return the rows and columns of the output, given those of the input."""
        side, step = self.window
        return (self.before + size + self.after - side) // step + 1

    def size_in(self, size: int, most: int) -> int:
        """Return the number of input rows and columns, of `most`, that the first `size` of the output need."""
        side, step = self.window
        return min((size - 1) * step + side - self.before, most)

    def operation(self, size_in: int, size: int, plain: bool) -> Operation:
        """Return (batch, size_in, size_in, channels) -> (batch, size, size, maps); `plain`: with TensorFlow's own operations only."""
        raise NotImplementedError

    def then(self, after: "Layer") -> "Layer | None":
        """Return this layer and the following one merged into one; None if they cannot be."""
        return None


@dataclass(frozen=True, eq=False)
class Activation(Layer):
    """An activation by its Keras name."""

    activation: str

    def operation(self, size_in: int, size: int, plain: bool) -> Operation:  # noqa: D102
        return differentiated(ACTIVATIONS[self.activation].of)


@dataclass(frozen=True, eq=False)
class Convolution(Layer):
    """A convolution of stride 1 without padding, with the pool and activation it has absorbed.

    Attributes:
        kernel: (side, side, channels, maps) float32.
        bias: (maps,) float32.
        pool: side of a max-pool's window; 1 for none.
    """

    kernel: NDArray[Any]
    bias: NDArray[Any]
    pool: int = 1
    activation: str = "linear"

    @property
    def window(self) -> tuple[int, int]:  # noqa: D102
        return len(self.kernel) + self.pool - 1, self.pool

    def operation(self, size_in: int, size: int, plain: bool) -> Operation:  # noqa: D102
        kernel, bias, pool = self.kernel, self.bias, self.pool
        side, _, channels, maps = kernel.shape
        weights, kind = tf.constant(kernel), way(kernel.shape, pool, plain)
        # The loops apply a relu themselves.
        floor = 0.0 if self.activation == "relu" else -np.inf
        shapes = (size_in, size_in, channels), (size, size, maps)
        if kind == "plain":
            convolved = differentiated(lambda images: tf.nn.conv2d(images, weights, 1, "VALID"))
            operations = [convolved, max_pool(pool), differentiated(lambda best: tf.nn.bias_add(best, bias))]
        elif kind == "image":
            filters = np.ascontiguousarray(kernel[:, :, 0])
            operations = [
                looped(
                    lambda images: convolve_and_pool(images[..., 0], filters, bias, pool, floor),
                    lambda gradient, winners: convolve_and_pool_back(gradient, winners, filters, pool)[..., None],
                    *shapes,
                )
            ]
        else:
            filters = np.ascontiguousarray(kernel.transpose(3, 0, 1, 2)).reshape(maps, side, -1)
            operations = [
                looped(
                    lambda values: pool_values(values, bias, pool, floor),
                    lambda gradient, winners: pool_and_convolve_back(gradient, winners, filters, pool, channels),
                    *shapes,
                    before=lambda images: tf.nn.conv2d(images, weights, 1, "VALID"),
                )
            ]
        if self.activation == "linear" or (kind != "plain" and floor == 0):
            return chained(operations)
        return chained([*operations, differentiated(ACTIVATIONS[self.activation].of)])

    def then(self, after: Layer) -> Layer | None:  # noqa: D102
        bare = self.activation == "linear"
        match after:
            case Activation(activation=name) if bare:
                return replace(self, activation=name)
            case MaxPool(side=side) if self.pool == 1 and ACTIVATIONS[self.activation].grows:
                return replace(self, pool=side)
            case Scale(factor=factor, shift=shift) if bare and self.pool == 1:
                return replace(self, kernel=self.kernel * factor, bias=self.bias * factor + shift)
        return None


@dataclass(frozen=True, eq=False)
class Padding(Layer):
    """Zeros around the maps; before a convolution, Keras' padding “same”."""

    before: int
    after: int

    @classmethod
    def same(cls, side: int) -> Self:
        """Return the padding with which a convolution with a kernel of `side` keeps the size of the maps."""
        return cls((side - 1) // 2, side // 2)

    def operation(self, size_in: int, size: int, plain: bool) -> Operation:  # noqa: D102
        around = [self.before, size - self.before - size_in]
        return differentiated(lambda values: tf.pad(values, [[0, 0], around, around, [0, 0]]))


@dataclass(frozen=True, eq=False)
class Pool(Layer):
    """Windows of `side` · `side` without gaps; incomplete windows are dropped."""

    side: int

    @property
    def window(self) -> tuple[int, int]:  # noqa: D102
        return self.side, self.side


class MaxPool(Pool):
    """The largest value of each window."""

    def operation(self, size_in: int, size: int, plain: bool) -> Operation:  # noqa: D102
        return max_pool(self.side)


class AveragePool(Pool):
    """The mean of each window."""

    def operation(self, size_in: int, size: int, plain: bool) -> Operation:  # noqa: D102
        shape = [-1, size, self.side, size, self.side]
        return differentiated(lambda maps: tf.reduce_mean(tf.reshape(maps, [*shape, maps.shape[-1]]), axis=[2, 4]))


@dataclass(frozen=True, eq=False)
class Scale(Layer):
    """Each map times a factor plus a shift, (maps,) float32 each: batch normalisation of a trained network."""

    factor: NDArray[Any]
    shift: NDArray[Any]

    @classmethod
    def normalising(
        cls, gamma: NDArray[Any], beta: NDArray[Any], mean: NDArray[Any], variance: NDArray[Any], epsilon: float
    ) -> Self:
        """Return the batch normalisation of a trained network; (maps,) each, named as in Keras."""
        factor = gamma / np.sqrt(variance + epsilon)
        return cls(factor.astype(np.float32), (beta - mean * factor).astype(np.float32))

    def operation(self, size_in: int, size: int, plain: bool) -> Operation:  # noqa: D102
        return differentiated(lambda values: values * self.factor + self.shift)


class Flatten(Layer):
    """Maps as one row of nodes; needs the whole output of the layer before."""

    def size_in(self, size: int, most: int) -> int:  # noqa: D102
        return most

    def operation(self, size_in: int, size: int, plain: bool) -> Operation:  # noqa: D102
        return differentiated(lambda values: tf.reshape(values, [-1, int(np.prod(values.shape[1:]))]))


@dataclass(frozen=True, eq=False)
class Dense(Layer):
    """A dense layer: kernel (nodes in, nodes), bias (nodes,) float32."""

    kernel: NDArray[Any]
    bias: NDArray[Any]

    def operation(self, size_in: int, size: int, plain: bool) -> Operation:  # noqa: D102
        weights = tf.constant(self.kernel)
        return differentiated(lambda values: tf.nn.bias_add(product(values, weights), self.bias))


def way(shape: tuple[int, ...], pool: int, plain: bool = False) -> Literal["plain", "image", "pooled"]:
    """Return the fastest implementation of a convolution: TensorFlow's own operations, or one of the loops.

    Arguments:
        shape: shape of its kernel, (side, side, channels, maps).
        pool: side of its pool's windows; 1 for no pool.
        plain: whether only TensorFlow's own operations are allowed.
    """
    side, _, channels, _ = shape
    if plain or has_gpu():
        # On a GPU all values would have to be copied to the host for a loop, and back.
        return "plain"
    if channels == 1 and (side * pool) ** 2 <= MOST_PRODUCTS:
        return "image"
    # Without a pool the gradient is too dense for a sparse product.
    return "pooled" if pool > 1 else "plain"


@cache
def has_gpu() -> bool:
    """Return whether TensorFlow computes on a GPU."""
    return bool(tf.config.list_physical_devices("GPU"))
