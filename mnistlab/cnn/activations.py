"""A model and images -> the output of every layer, optionally with maps and nodes muted or boosted."""

from collections.abc import Iterable, Iterator, Mapping

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnistlab.data.standardise import standardise
from mnistlab.progress import Progress, Work
from mnistlab.recipes.network import FLATTEN

# Layer, map or node, and the factor for its values before the next layer reads them.
Factor = tuple[str, int, float]
# Layers that only rearrange values are not shown.
UNSHOWN = ("image", FLATTEN)


def layer_tensors(
    model: keras.Model, images: tf.Tensor, factors: Iterable[Factor] = ()
) -> Iterator[tuple[str, tf.Tensor]]:
    """Yield the name and output of each layer in turn.

    Arguments:
        model: from `build_network`.
        images: (count, 28, 28, 1) float32, standardised.
        factors: maps or nodes to multiply; a layer's output is yielded after the multiplication.
    """
    scales = _scales(model, factors)
    values = images
    for layer in model.layers[1:]:
        values = layer(values, training=False)
        if layer.name in scales:
            values = values * scales[layer.name]
        if layer.name not in UNSHOWN:
            yield layer.name, values


def activations(
    model: keras.Model, images: NDArray[np.uint8], factors: Iterable[Factor] = ()
) -> dict[str, NDArray[np.float32]]:
    """Return the output of every layer by its name: (count, rows, columns, maps) or (count, nodes).

    Arguments:
        model: from `build_network`.
        images: (count, 28, 28) uint8; only a few, because all outputs are kept in memory.
        factors: maps or nodes to multiply.
    """
    tensor = tf.constant(standardise(images)[..., None])
    return {name: values.numpy() for name, values in layer_tensors(model, tensor, factors)}


def outputs(
    model: keras.Model, images: NDArray[np.uint8], factors: Iterable[Factor] = (), batch: int = 1_000
) -> Work[NDArray[np.float32]]:
    """Run the network on images (count, 28, 28) uint8, any number; return its outputs (count, classes)."""
    factors = tuple(factors)
    batches = []
    for start in range(0, len(images), batch):
        yield Progress("reading the digits", start, len(images))
        tensor = tf.constant(standardise(images[start : start + batch])[..., None])
        for _, last in layer_tensors(model, tensor, factors):
            values = last
        batches.append(values.numpy())
    return np.concatenate(batches)


def _scales(model: keras.Model, factors: Iterable[Factor]) -> Mapping[str, NDArray[np.float32]]:
    scales: dict[str, NDArray[np.float32]] = {}
    widths = {layer.name: int(layer.output.shape[-1]) for layer in model.layers[1:]}
    for name, index, factor in factors:
        if name in widths and index < widths[name]:
            scales.setdefault(name, np.ones(widths[name], np.float32))[index] *= factor
    return scales
