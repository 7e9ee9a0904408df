"""A convolution with its activation and pool -> forward and backward pass, arranged so that the gradient in the image is cheap.

Plain automatic differentiation spends most of its time moving memory. What is done instead, for any network:

- Activations grow steadily, so they commute with max-pooling: pool first, and bias and activation see fewer values.
- A pool drops the rows and columns that fill no window: they are never computed (`size_in`).
- Pools, and convolutions of the image itself, are compiled loops, which backward skip what a pool or a relu has cut off (`kernels.py`).
- Where XLA compiles a step as a whole, nothing but TensorFlow's own operations will do (`PlainStage`), with a pool as a knock-out
  tournament between equal arrays (`pools.py`).

Gradients are those of automatic differentiation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnistlab.cnn.ascent.kernels import (
    ASLEEP,
    convolve_and_pool,
    convolve_and_pool_back,
    pool_and_convolve_back,
    pool_values,
)
from mnistlab.cnn.ascent.pools import Pool

# Products for one value of a pooled map up to which they are written out, with the image in registers.
MOST_PRODUCTS = 100
# Values a processor takes at once, at most.
PACKET = 16
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
                return _evenly(tf.sigmoid, values)
            case "tanh":
                return _evenly(tf.tanh, values)
            case "elu":
                return _evenly(tf.nn.elu, values)
            case "linear":
                return values
        raise ValueError(f"an activation without a gradient: {self.name}")

    def backward(self, gradient: tf.Tensor, output: tf.Tensor) -> tf.Tensor:
        """Return the gradient in the values, given that in the output."""
        match self.name:
            case "relu":
                return tf.raw_ops.ReluGrad(gradients=gradient, features=output)
            case "sigmoid":
                return _evenly(lambda y, dy: tf.raw_ops.SigmoidGrad(y=y, dy=dy), output, gradient)
            case "tanh":
                return _evenly(lambda y, dy: tf.raw_ops.TanhGrad(y=y, dy=dy), output, gradient)
            case "elu":
                return _evenly(lambda y, dy: tf.raw_ops.EluGrad(gradients=dy, outputs=y), output, gradient)
            case "linear":
                return gradient
        raise ValueError(f"an activation without a gradient: {self.name}")


class PlainStage:
    """TensorFlow's own convolution, and a pool of simple operations.

    Arguments:
        kernel: (side, side, channels, maps) float32. bias: (maps,).
        activation: a Keras name.
        pool: side of a window; 1 for none.
        size: rows and columns of the output that are needed.
    """

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
        """gradient: (batch, size, size, maps) -> (batch, size_in, size_in, channels).

        Arguments:
            kept: from `forward`.
            gradient: in the output.
            through: whether the gradient is that before the activation already.
        """
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


class _CompiledStage:
    """What the stages with compiled loops have in common: a relu is the loops' own, other activations are TensorFlow's."""

    def __init__(self, activation: str, pool: int, size: int, side: int) -> None:
        self.activation, self._pool, self._size = Activation(activation), pool, size
        self.size_in = size * pool + side - 1
        self._floor = 0.0 if activation == "relu" else -np.inf

    def _seen(self, found: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, Kept]:
        best, winners = found
        output = best if self.activation.name == "relu" else self.activation(best)
        return output, (output, winners)

    def _slopes(self, kept: Kept, gradient: tf.Tensor, through: bool) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the gradient before the activation, or what `winners` makes that; and the winners."""
        output, winners = kept
        if through:
            return gradient, tf.bitwise.bitwise_and(winners, np.uint8(ASLEEP - 1))
        if self.activation.name == "relu":
            return gradient, winners
        return self.activation.backward(gradient, output), winners


class ImageStage(_CompiledStage):
    """A convolution of one channel. Arguments and methods as `PlainStage`."""

    def __init__(self, kernel: NDArray[Any], bias: NDArray[Any], activation: str, pool: int, size: int) -> None:
        super().__init__(activation, pool, size, kernel.shape[0])
        self._kernel, self._bias = np.ascontiguousarray(kernel[:, :, 0]), bias

    def forward(self, images: tf.Tensor) -> tuple[tf.Tensor, Kept]:  # noqa: D102
        shape = self._size, self._size, len(self._bias)
        return self._seen(_loop(self._see, [images[..., 0]], (shape, tf.float32), (shape, tf.uint8)))

    def backward(self, kept: Kept, gradient: tf.Tensor, through: bool = False) -> tf.Tensor:  # noqa: D102
        shape = self.size_in, self.size_in
        (result,) = _loop(self._back, self._slopes(kept, gradient, through), (shape, tf.float32))
        return result[..., None]

    def _see(self, images: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        return convolve_and_pool(images, self._kernel, self._bias, self._pool, self._floor)

    def _back(self, gradient: NDArray[np.float32], winners: NDArray[np.uint8]) -> tuple[NDArray[np.float32]]:
        return (convolve_and_pool_back(gradient, winners, self._kernel, self._pool),)


class PooledStage(_CompiledStage):
    """TensorFlow's own convolution forward, and loops for all that follows. Arguments and methods as `PlainStage`."""

    def __init__(self, kernel: NDArray[Any], bias: NDArray[Any], activation: str, pool: int, size: int) -> None:
        side, _, self._channels, maps = kernel.shape
        super().__init__(activation, pool, size, side)
        self._kernel, self._bias = tf.constant(kernel), bias
        self._kernel_back = np.ascontiguousarray(kernel.transpose(3, 0, 1, 2)).reshape(maps, side, -1)

    def forward(self, images: tf.Tensor) -> tuple[tf.Tensor, Kept]:  # noqa: D102
        shape = self._size, self._size, len(self._bias)
        values = tf.nn.conv2d(images, self._kernel, 1, "VALID")
        return self._seen(_loop(self._see, [values], (shape, tf.float32), (shape, tf.uint8)))

    def backward(self, kept: Kept, gradient: tf.Tensor, through: bool = False) -> tf.Tensor:  # noqa: D102
        shape = self.size_in, self.size_in, self._channels
        (result,) = _loop(self._back, self._slopes(kept, gradient, through), (shape, tf.float32))
        return result

    def _see(self, values: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        return pool_values(values, self._bias, self._pool, self._floor)

    def _back(self, gradient: NDArray[np.float32], winners: NDArray[np.uint8]) -> tuple[NDArray[np.float32]]:
        return (pool_and_convolve_back(gradient, winners, self._kernel_back, self._pool, self._channels),)


Stage = PlainStage | ImageStage | PooledStage


def make_stage(
    kernel: NDArray[Any], bias: NDArray[Any], activation: str, pool: int, size: int, plain: bool = False
) -> Stage:
    """Return the kind of stage that is fastest for this kernel (side, side, channels, maps).

    Arguments as for `PlainStage`; `plain`: whether it must be nothing but TensorFlow's operations.
    """
    side, _, channels, _ = kernel.shape
    if plain or _has_gpu():
        # From a GPU all values would have to be fetched for a loop, and brought back.
        kind: type[Stage] = PlainStage
    elif channels == 1 and (side * pool) ** 2 <= MOST_PRODUCTS:
        kind = ImageStage
    else:
        # Without a pool what comes back is too dense for a sparse product.
        kind = PooledStage if pool > 1 else PlainStage
    return kind(kernel, bias, activation, pool, size)


def _evenly(function: Callable[..., tf.Tensor], *given: tf.Tensor) -> tf.Tensor:
    """Return a function of each value, the same for an image whatever its place in the batch.

    TensorFlow takes `PACKET` values at once and the last of an array one by one, with other rounding; steep ascents enlarge that. So each
    image's values (batch, …) are filled up to whole packets.
    """
    shape = given[0].shape[1:]
    size = int(np.prod(shape))
    filled = [tf.pad(tf.reshape(values, [-1, size]), [[0, 0], [0, -size % PACKET]]) for values in given]
    return tf.reshape(function(*filled)[:, :size], [-1, *shape])


@cache
def _has_gpu() -> bool:
    return bool(tf.config.list_physical_devices("GPU"))


def _loop(
    function: Callable[..., Any], given: Sequence[tf.Tensor], *kinds: tuple[tuple[int, ...], Any]
) -> tuple[tf.Tensor, ...]:
    """Return what a function of arrays returns, as tensors with a batch in front; `kinds`: shape of an image's part and type of each."""
    found = tf.numpy_function(function, given, [kind for _, kind in kinds], stateful=False)
    # Run at once, it returns a single tensor by itself.
    found = tf.nest.flatten(found)
    for tensor, (shape, _) in zip(found, kinds, strict=True):
        tensor.set_shape((None, *shape))
    return tuple(found)
