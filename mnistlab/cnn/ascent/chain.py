"""A network and one of its layers -> one function from images to the layer's values, with its gradient."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mnistlab.cnn.ascent.layers import (
    Activation,
    AveragePool,
    Convolution,
    Dense,
    Flatten,
    Layer,
    MaxPool,
    Padding,
    Scale,
)
from mnistlab.cnn.ascent.operations import Operation, chained, differentiated
from mnistlab.data.scaling import RANGES
from mnistlab.recipes.network import FLATTEN, IMAGE_SIZE, Scaling, convolution_name, dense_name, pool_name
from mnistlab.store.networks import StoredNetwork

# Where the scaling of the input stands among the layers.
INPUT = "image"


@dataclass(frozen=True)
class Chain:
    """A sequence of layers, of which the first reads the image.

    Attributes:
        layers: layers that can be computed together are merged into one; without the activation of the last.
        activation: the activation of the last layer, by its Keras name.
    """

    layers: tuple[Layer, ...]
    activation: str

    @property
    def sizes(self) -> list[int]:
        """Rows and columns of the part of the image that the last layer reads, and of the needed part of each layer's output."""
        full = [IMAGE_SIZE]
        for layer in self.layers:
            full.append(layer.size_out(full[-1]))
        sizes = [full.pop()]
        for layer, most in zip(reversed(self.layers), reversed(full), strict=True):
            sizes.insert(0, layer.size_in(sizes[0], most))
        return sizes

    def values(self, plain: bool = False, left_out: int = 0) -> Operation:
        """Return the operation images (batch, 28, 28) -> values (batch, rows, columns, maps) or (batch, nodes) of the last layer.

        Arguments:
            plain: whether to use only TensorFlow's own operations, as XLA needs.
            left_out: number of layers at the end to leave out.
        """
        first, *_ = sizes = self.sizes
        seen = differentiated(lambda images: images[:, :first, :first, None])
        parts = list(zip(self.layers, sizes[:-1], sizes[1:], strict=True))
        parts = parts[: len(parts) - left_out]
        return chained([seen, *(layer.operation(size_in, size, plain) for layer, size_in, size in parts)])


def chain_of(layers: Sequence[Layer]) -> Chain:
    """Return the chain of `layers`, merged where possible."""
    joined: list[Layer] = []
    for layer in layers:
        together = joined[-1].then(layer) if joined else None
        joined[-1:] = [together] if together else [*joined[-1:], layer]
    match joined:
        case [*others, Activation(activation=name)]:
            return Chain(tuple(others), name)
        case [*others, Convolution(activation=name) as last]:
            return Chain((*others, replace(last, activation="linear")), name)
    return Chain(tuple(joined), "linear")


def _scale(scaling: Scaling) -> list[Layer]:
    """Return what a standardised picture goes through before it is what the network takes in."""
    found = RANGES.get(scaling)
    if found is None or scaling == "mnist":
        return []
    return [Scale(np.array([found.factor], np.float32), np.array([found.shift], np.float32))]


def layers_to(network: StoredNetwork, layer: str) -> list[Layer]:
    """Return the layers up to `layer`, activations included except that of the outputs: an ascent maximises the value before softmax."""
    recipe, weights = network.recipe, network.weights
    parts: dict[str, list[Layer]] = {INPUT: _scale(recipe.scaling)}
    for number, stage in enumerate(recipe.conv, start=1):
        name = convolution_name(number)
        convolution = Convolution(weights[f"{name}/kernel"], weights[f"{name}/bias"])
        rim = [Padding.same(stage.kernel)] if stage.padding == "same" else []
        parts[name] = [*rim, convolution, Activation(stage.activation)]
        for side in recipe.pool[number - 1 : number]:
            pool = AveragePool(side) if recipe.pooling == "average" else MaxPool(side)
            parts[pool_name(number, recipe.pooling)] = [pool]
    parts[FLATTEN] = [Flatten()]
    for number, activation in enumerate([*(stage.activation for stage in recipe.dense), "linear"], start=1):
        name = dense_name(number)
        parts[name] = [Dense(weights[f"{name}/kernel"], weights[f"{name}/bias"]), Activation(activation)]
    names = list(parts)
    return [part for name in names[: names.index(layer) + 1] for part in parts[name]]
