"""The blocks of a network for one part of a batch: forward, and back to the gradients of weights and inputs.

Each part has its own arrays, which are used again for every batch, and its own sums of gradients, so that parts can be taken by any thread in any
order. Convolutions of the image, and pools, are the loops of the ascent; the rest is matrix products of one thread each.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.cnn.ascent.kernels import convolve_and_pool_loop, pool_and_convolve_back_loop, pool_values_loop
from mnistlab.cnn.ascent.weight_kernels import (
    convolve_and_pool_weights_loop,
    pool_and_convolve_weights_loop,
    windows_back_loop,
    windows_loop,
)
from mnistlab.cnn.step.layout import Block, Vector

# Bytes of the rows of a matrix product of windows: they should stay in a core's cache.
CACHED_BYTES = 512 * 1024


@dataclass(frozen=True)
class Activation:
    """An activation and its slope, both in place. `of`: values -> outputs; `back`: gradient, outputs -> gradient."""

    of: Callable[[Vector], object]
    back: Callable[[Vector, Vector], object]


def _elu(values: Vector) -> None:
    np.copyto(values, np.expm1(np.minimum(values, 0)), where=values < 0)


def _sigmoid(values: Vector) -> None:
    # By the tangent, which overflows nowhere.
    values *= 0.5
    np.tanh(values, out=values)
    values += 1
    values *= 0.5


ACTIVATIONS = {
    "linear": Activation(lambda _: None, lambda gradient, _: None),
    "relu": Activation(
        lambda values: np.maximum(values, 0, out=values),
        lambda gradient, outputs: np.copyto(gradient, 0, where=outputs <= 0),
    ),
    "elu": Activation(_elu, lambda gradient, outputs: np.multiply(gradient, np.minimum(outputs, 0) + 1, out=gradient)),
    "tanh": Activation(
        lambda values: np.tanh(values, out=values),
        lambda gradient, outputs: np.multiply(gradient, 1 - outputs * outputs, out=gradient),
    ),
    "sigmoid": Activation(
        _sigmoid, lambda gradient, outputs: np.multiply(gradient, outputs * (1 - outputs), out=gradient)
    ),
}


class Stage(ABC):
    """A block with the arrays of one part of up to `most` digits.

    Arguments:
        block: what it computes. most: digits at most.
        weights: kernel and bias, as `Layout.views` has them, and the kernel the other way round where `Layout` keeps it with the maps first.
        sums: where the gradients of kernel and bias go.
    """

    def __init__(
        self, block: Block, most: int, weights: tuple[Vector, Vector, Vector], sums: tuple[Vector, Vector]
    ) -> None:
        self.block, (self.kernel, self.bias, self.turned), (self.of_kernel, self.of_bias) = block, weights, sums
        self.activation = ACTIVATIONS[block.activation]
        self.outputs = np.empty((most, block.size, block.size, block.maps), np.float32)
        self.of_inputs = np.empty((most, block.size_in, block.size_in, block.channels), np.float32)

    @abstractmethod
    def forward(self, inputs: Vector, count: int) -> Vector:
        """Return the outputs (count, size, size, maps) for inputs (count, size_in, size_in, channels), which it keeps."""

    @abstractmethod
    def back(self, gradient: Vector, count: int, is_first: bool) -> Vector:
        """Write the gradients of kernel and bias, and return that of the inputs, unless it is the first; changes `gradient`."""


class Pooled(Stage):
    """A convolution with the loops of a pool; the winners tell where a gradient goes."""

    def __init__(
        self, block: Block, most: int, weights: tuple[Vector, Vector, Vector], sums: tuple[Vector, Vector]
    ) -> None:
        super().__init__(block, most, weights, sums)
        self.winners = np.empty(self.outputs.shape, np.uint8)
        # The loops apply a relu themselves.
        self.floor = np.float32(0 if block.activation == "relu" else -np.inf)

    def _activate(self, count: int) -> Vector:
        if self.floor != 0:
            self.activation.of(self.outputs[:count])
        return self.outputs[:count]

    def _before_activation(self, gradient: Vector, count: int) -> None:
        self.of_kernel[:], self.of_bias[:] = 0, 0
        if self.floor != 0:
            self.activation.back(gradient, self.outputs[:count])


class OfImage(Pooled):
    """A convolution of the image with its pool: one pass over the image."""

    def forward(self, inputs: Vector, count: int) -> Vector:  # noqa: D102
        block = self.block
        self._images = inputs.reshape(count, block.size_in, block.size_in)
        loop = convolve_and_pool_loop(block.side, block.pool, block.maps)
        kernel = self.kernel.reshape(block.side, block.side, block.maps)
        loop(self._images, kernel, self.bias, self.floor, self.outputs, self.winners, 0, count)
        return self._activate(count)

    def back(self, gradient: Vector, count: int, is_first: bool) -> Vector:  # noqa: D102
        block = self.block
        self._before_activation(gradient, count)
        loop = convolve_and_pool_weights_loop(block.side, block.pool, block.maps)
        of_kernel = self.of_kernel.reshape(block.side, block.side, block.maps)
        loop(self._images, gradient, self.winners, of_kernel, self.of_bias, 0, count)
        return gradient


class OfMaps(Pooled):
    """A convolution of maps with its pool: a matrix product forward, sparse products back."""

    def __init__(
        self, block: Block, most: int, weights: tuple[Vector, Vector, Vector], sums: tuple[Vector, Vector]
    ) -> None:
        super().__init__(block, most, weights, sums)
        self._rows = _Rows(block, block.size * block.pool, most)
        self._values = np.empty((self._rows.most, self._rows.size, self._rows.size, block.maps), np.float32)

    def forward(self, inputs: Vector, count: int) -> Vector:  # noqa: D102
        pool = pool_values_loop(self.block.pool)
        self._inputs = inputs.reshape(count, self.block.size_in, -1)
        for first in range(0, count, self._rows.most):
            last = min(first + self._rows.most, count)
            values = self._values[: last - first]
            np.dot(self._rows.of(self._inputs, first, last), self.turned, out=values.reshape(-1, self.block.maps))
            pool(values, self.bias, self.floor, self.outputs[first:last], self.winners[first:last], 0, last - first)
        return self._activate(count)

    def back(self, gradient: Vector, count: int, is_first: bool) -> Vector:  # noqa: D102
        block = self.block
        self._before_activation(gradient, count)
        shape = block.maps, block.side, block.side * block.channels
        loop = pool_and_convolve_weights_loop(block.pool)
        of_kernel = self.of_kernel.reshape(shape)
        loop(self._inputs, gradient, self.winners, of_kernel, self.of_bias, block.channels, 0, count)
        if not is_first:
            of_inputs = self.of_inputs.reshape(len(self.of_inputs), block.size_in, -1)
            pool_and_convolve_back_loop(block.pool)(
                gradient, self.winners, self.kernel.reshape(shape), of_inputs, 0, count
            )
        return self.of_inputs[:count]


class Plain(Stage):
    """A convolution without a pool: matrix products of what the kernel sees at each place."""

    def __init__(
        self, block: Block, most: int, weights: tuple[Vector, Vector, Vector], sums: tuple[Vector, Vector]
    ) -> None:
        super().__init__(block, most, weights, sums)
        self._rows = _Rows(block, block.size, most)
        self._more = np.empty_like(self.of_kernel)

    def forward(self, inputs: Vector, count: int) -> Vector:  # noqa: D102
        self._inputs = inputs.reshape(count, self.block.size_in, -1)
        for first in range(0, count, self._rows.most):
            last = min(first + self._rows.most, count)
            values = self.outputs[first:last].reshape(-1, self.block.maps)
            np.dot(self._rows.of(self._inputs, first, last), self.kernel, out=values)
            values += self.bias
            self.activation.of(values)
        return self.outputs[:count]

    def back(self, gradient: Vector, count: int, is_first: bool) -> Vector:  # noqa: D102
        self.activation.back(gradient, self.outputs[:count])
        slopes = gradient.reshape(-1, self.block.maps)
        self.of_bias[:] = slopes.sum(axis=0)
        places = self.block.size**2
        of_inputs = self.of_inputs.reshape(len(self.of_inputs), self.block.size_in, -1)
        for first in range(0, count, self._rows.most):
            last = min(first + self._rows.most, count)
            part = slopes[first * places : last * places]
            rows = self._rows.of(self._inputs, first, last)
            np.dot(rows.T, part, out=self._more if first else self.of_kernel)
            if first:
                self.of_kernel += self._more
            if not is_first:
                np.dot(part, self.kernel.T, out=rows)
                self._rows.back(of_inputs, first, last)
        return self.of_inputs[:count]


class OfNodes(Stage):
    """A dense layer."""

    def forward(self, inputs: Vector, count: int) -> Vector:  # noqa: D102
        self._inputs = inputs.reshape(count, -1)
        outputs = self.outputs[:count].reshape(count, -1)
        np.dot(self._inputs, self.kernel, out=outputs)
        outputs += self.bias
        self.activation.of(outputs)
        return outputs

    def back(self, gradient: Vector, count: int, is_first: bool) -> Vector:  # noqa: D102
        gradient = gradient.reshape(count, -1)
        self.activation.back(gradient, self.outputs[:count].reshape(count, -1))
        np.dot(self._inputs.T, gradient, out=self.of_kernel)
        self.of_bias[:] = gradient.sum(axis=0)
        of_inputs = self.of_inputs[:count].reshape(count, -1)
        np.dot(gradient, self.kernel.T, out=of_inputs)
        return of_inputs


STAGES: dict[str, type[Stage]] = {"image": OfImage, "pooled": OfMaps, "plain": Plain, "dense": OfNodes}


class _Rows:
    """What a kernel sees at each of `size` · `size` places, as the rows of a matrix, for a few digits at once."""

    def __init__(self, block: Block, size: int, most: int) -> None:
        self.size, self._channels = size, block.channels
        shape = size, size, block.side, block.side * block.channels
        self.most = max(1, min(most, CACHED_BYTES // (4 * int(np.prod(shape)))))
        self._rows = np.empty((self.most, *shape), np.float32)
        self._width = block.side**2 * block.channels

    def of(self, inputs: Vector, first: int, last: int) -> NDArray[np.float32]:
        """Return the matrix of inputs (count, rows, rows · channels) `first` to `last`."""
        windows_loop()(inputs, self._rows, self._channels, first, last)
        return self._rows[: last - first].reshape(-1, self._width)

    def back(self, of_inputs: Vector, first: int, last: int) -> None:
        """Write the gradient of these inputs, given that of the matrix in the array that `of` returned."""
        windows_back_loop()(of_inputs, self._rows, self._channels, first, last)
