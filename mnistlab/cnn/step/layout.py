"""A network -> its weights in one array, and the layers that training takes through the loops."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import prod

import numpy as np
from numpy.typing import NDArray

from mnistlab.cnn.ascent.kernels import MOST_PRODUCTS
from mnistlab.recipes.network import IMAGE_SIZE, NetworkRecipe, convolution_name, dense_name, weight_shapes

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Block:
    """A convolution with its pool, or a dense layer (side 0).

    Attributes:
        name: as in the recipe. activation: its Keras name.
        side: side of the kernel. pool: side of the pool's windows; 1 for none.
        channels, maps: those that come in and go out; nodes of a dense layer.
        size_in, size: rows and columns that come in and go out, as far as they are needed; 1 for a dense layer.
    """

    name: str
    activation: str
    side: int
    pool: int
    channels: int
    maps: int
    size_in: int
    size: int

    @property
    def way(self) -> str:
        """How it is computed: "image", "pooled" or "plain" for convolutions (as `ascent.layers.way`), "dense"."""
        if not self.side:
            return "dense"
        if self.channels == 1 and (self.side * self.pool) ** 2 <= MOST_PRODUCTS:
            return "image"
        return "pooled" if self.pool > 1 else "plain"


def blocks_of(network: NetworkRecipe) -> list[Block]:
    """Return the blocks of a network without padding, first to last. Rows and columns that a pool drops are in none."""
    windows = [
        (stage.kernel, network.pool[number] if number < len(network.pool) else 1)
        for number, stage in enumerate(network.conv)
    ]
    sizes = list(accumulate(windows, lambda size, window: (size - window[0] + 1) // window[1], initial=IMAGE_SIZE))
    outputs = needed = sizes[-1]
    blocks: list[Block] = []
    for number in reversed(range(len(windows))):
        (side, pool), stage = windows[number], network.conv[number]
        channels = network.conv[number - 1].filters if number else 1
        # As many rows as its windows need; the image itself is there as a whole.
        size_in = needed * pool + side - 1 if number else IMAGE_SIZE
        blocks.insert(
            0,
            Block(convolution_name(number + 1), stage.activation, side, pool, channels, stage.filters, size_in, needed),
        )
        needed = size_in
    width = outputs**2 * network.conv[-1].filters
    units = [(stage.units, stage.activation) for stage in network.dense] + [(network.classes, "linear")]
    for number, (nodes, activation) in enumerate(units, start=1):
        blocks.append(Block(dense_name(number), activation, 0, 1, width, nodes, 1, 1))
        width = nodes
    return blocks


class Layout:
    """Where each weight stands in one array of all. The kernels of pooled convolutions stand there with the maps first."""

    def __init__(self, network: NetworkRecipe) -> None:
        self._shapes = weight_shapes(network)
        ends = list(accumulate((prod(shape) for shape in self._shapes.values()), initial=0))
        self.places = {name: slice(*pair) for name, pair in zip(self._shapes, pairwise(ends), strict=True)}
        self.count = ends[-1]
        self._turned = {f"{block.name}/kernel" for block in blocks_of(network) if block.way == "pooled"}

    def views(self, array: Vector) -> dict[str, Vector]:
        """Return the parts of an array (count,) by the names of the weights; changes to them change the array.

        Kernels come as matrices: (side · side · channels, maps), (maps, side · side · channels) where the maps stand first, (nodes in, nodes).
        """
        views = {}
        for name, shape in self._shapes.items():
            part = array[self.places[name]]
            if name in self._turned:
                views[name] = part.reshape(shape[-1], -1)
            else:
                views[name] = part.reshape(-1, shape[-1]) if len(shape) > 1 else part
        return views

    def gathered(self, weights: Mapping[str, Vector]) -> Vector:
        """Return weights by name as one array."""
        array = np.empty(self.count, np.float32)
        for name, view in self.views(array).items():
            matrix = weights[name].reshape(-1, weights[name].shape[-1]) if view.ndim > 1 else weights[name]
            view[:] = matrix.T if name in self._turned else matrix
        return array

    def named(self, array: Vector) -> dict[str, Vector]:
        """Return copies of the parts of an array by name, in the shapes of the network's weights."""
        return {
            name: np.array((view.T if name in self._turned else view).reshape(self._shapes[name]), order="C")
            for name, view in self.views(array).items()
        }
