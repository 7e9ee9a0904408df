"""Digits -> a network's outputs, in plain NumPy: for a few digits, where TensorFlow is missing or would be slow to start.

Timings, training and explanations use `mnistlab.cnn`.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import TypeVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from mnistlab.recipes import NetworkRecipe, layer_rows
from mnistlab.recipes.network import ConvStage, DenseStage, Pooling

# Number of digits computed at a time: more would exceed the processor's cache.
BATCH = 50
# Bytes that the windows of one convolution may take: fewer digits are computed at a time where they would take more.
MOST_WINDOW_BYTES = 200_000_000
Values = NDArray[np.float32]
# Of single or double precision.
Real = TypeVar("Real", bound=np.floating)


def _softmax(values: Values) -> Values:
    shares: Values = np.exp(values - values.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    return shares


def _sigmoid(values: Values) -> Values:
    outputs: Values = np.reciprocal(1 + np.exp(-np.clip(values, -80, 80)))
    return outputs


ACTIVATIONS: Mapping[str, Callable[[Values], Values]] = {
    "linear": lambda values: values,
    "relu": lambda values: np.maximum(values, 0),
    "elu": lambda values: np.where(values > 0, values, np.expm1(np.minimum(values, 0))),
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "softmax": _softmax,
}
KINDS = {"convolution", "pool", "flatten", "dense"}
# The fields of a network recipe that this module knows; a network with others computes something else.
FIELDS = {
    "conv",
    "pool",
    "dense",
    "output_activation",
    "classes",
    "regularizer",
    "regularizer_strength",
    "scaling",
    "pooling",
}
STAGE_FIELDS = {"filters", "kernel", "units", "activation", "padding"}


def is_known(recipe: NetworkRecipe) -> bool:
    """Return whether `read` supports all layers and activations of a network."""
    fields = (
        type(recipe).model_fields.keys() <= FIELDS
        and {*ConvStage.model_fields, *DenseStage.model_fields} <= STAGE_FIELDS
    )
    kinds = {row.kind for row in layer_rows(recipe)}
    return fields and kinds <= KINDS and set(_activations(recipe)) <= ACTIVATIONS.keys()


def read(recipe: NetworkRecipe, weights: Mapping[str, Values], images: Values, sums: bool = False) -> Values:
    """Return a network's outputs (count, classes).

    Arguments:
        recipe: the recipe of the network, with supported layers only.
        weights: "Conv2D_1/kernel" and so on -> its tensor, as in `store.networks`.
        images: (count, 28, 28) float32, as the network takes them in (`mnistlab.data.scaling`).
        sums: whether the outputs are left as they are before softmax or sigmoid.
    """
    batch = batch_of(recipe)
    parts = [_read(recipe, weights, images[start : start + batch], sums) for start in range(0, len(images), batch)]
    return np.concatenate(parts)


def batch_of(recipe: NetworkRecipe) -> int:
    """Return how many digits are computed at a time, so that the windows of the largest convolution take MOST_WINDOW_BYTES at most."""
    rows = (row for row in layer_rows(recipe) if row.kind == "convolution")
    depths = (1, *(stage.filters for stage in recipe.conv))
    numbers = [
        prod(row.shape[:2]) * stage.kernel**2 * depth
        for row, stage, depth in zip(rows, recipe.conv, depths, strict=False)
    ]
    return min(BATCH, max(1, MOST_WINDOW_BYTES // (max(numbers) * np.dtype(np.float32).itemsize)))


def peaks_of(recipe: NetworkRecipe, weights: Mapping[str, Values], images: Values, layer: str) -> tuple[Values, Values]:
    """Return the largest value of each map or node of a layer on each image (count, maps), and the outputs (count, classes).

    Arguments: as for `read`; of many images only few are computed at a time, and only their peaks are kept.
    """
    batch = batch_of(recipe)
    peaks, outputs = [], []
    for start in range(0, len(images), batch):
        for name, values in _layers(recipe, weights, images[start : start + batch, ..., None]):
            if name == layer:
                peaks.append(values.reshape(len(values), -1, values.shape[-1]).max(axis=1))
        outputs.append(values)
    return np.concatenate(peaks), np.concatenate(outputs)


def layers_of(
    recipe: NetworkRecipe, weights: Mapping[str, Values], images: Values, factors: Sequence[tuple[str, int, float]] = ()
) -> dict[str, Values]:
    """Return what each layer makes of images, by its name, each with the axis of the images first.

    Arguments:
        recipe: of the network; as for `read`.
        weights: likewise.
        images: likewise, at most some hundred.
        factors: layer, map or node, and by how much what it says is multiplied before it goes on.
    """
    return dict(_layers(recipe, weights, images[..., None], factors))


def after(recipe: NetworkRecipe, weights: Mapping[str, Values], layer: str, values: Values) -> Values:
    """Return the outputs (count, classes) that follow from what a layer before the last has made, values (count, …)."""
    batch = batch_of(recipe)
    parts = [
        _last(_layers(recipe, weights, values[start : start + batch], behind=layer))
        for start in range(0, len(values), batch)
    ]
    return np.concatenate(parts)


def layers_after(recipe: NetworkRecipe, weights: Mapping[str, Values], layer: str, values: Values) -> dict[str, Values]:
    """Return what each layer behind `layer` makes of what that one has made, values (count, …), by its name."""
    return dict(_layers(recipe, weights, values, behind=layer))


def _read(recipe: NetworkRecipe, weights: Mapping[str, Values], images: Values, sums: bool) -> Values:
    return _last(_layers(recipe, weights, images[..., None], sums=sums))


def _last(layers: Iterator[tuple[str, Values]]) -> Values:
    """Return what the last layer makes; what those before it made is let go."""
    return deque(layers, maxlen=1)[0][1]


def _layers(
    recipe: NetworkRecipe,
    weights: Mapping[str, Values],
    values: Values,
    factors: Sequence[tuple[str, int, float]] = (),
    behind: str = "",
    sums: bool = False,
) -> Iterator[tuple[str, Values]]:
    """Yield name and values of each layer; `behind`: only of those behind this one, of which `values` are; `sums`: as in `read`."""
    activations = iter([*_activations(recipe)[:-1], "linear" if sums else recipe.output_activation])
    pools, stages = iter(recipe.pool), iter(recipe.conv)
    is_due = not behind
    for row in layer_rows(recipe):
        activation = next(activations) if row.kind in ("convolution", "dense") else ""
        pool = next(pools) if row.kind == "pool" else 0
        stage = next(stages) if row.kind == "convolution" else None
        if is_due:
            if stage is not None:
                values = convolved(rimmed(values, stage), weights[f"{row.name}/kernel"]) + weights[f"{row.name}/bias"]
            elif row.kind == "pool":
                values = pooled(values, pool, recipe.pooling)
            elif row.kind == "flatten":
                values = values.reshape(len(values), -1)
            else:
                values = values @ weights[f"{row.name}/kernel"] + weights[f"{row.name}/bias"]
            if activation:
                values = ACTIVATIONS[activation](values)
            for _, index, factor in (one for one in factors if one[0] == row.name):
                values[..., index] *= factor
            yield row.name, values
        is_due = is_due or row.name == behind


def _activations(recipe: NetworkRecipe) -> list[str]:
    """Return the activations of all layers that have one, in order."""
    return [
        *(stage.activation for stage in recipe.conv),
        *(stage.activation for stage in recipe.dense),
        recipe.output_activation,
    ]


def rimmed(values: NDArray[Real], stage: ConvStage) -> NDArray[Real]:
    """Return values (count, rows, columns, depth) with the zeros around them that a convolution wants."""
    if stage.padding == "valid":
        return values
    around = (stage.padded, stage.kernel - 1 - stage.padded)
    return np.pad(values, ((0, 0), around, around, (0, 0)))


def convolved(values: NDArray[Real], kernel: NDArray[Real]) -> NDArray[Real]:
    """Return the sums of a convolution of values (count, rows, columns, depth) with a kernel (side, side, depth, maps)."""
    side = kernel.shape[0]
    windows = sliding_window_view(values, (side, side), axis=(1, 2))
    # (count, rows, columns, depth, side, side), then one matrix product.
    count, rows, columns = windows.shape[:3]
    flat = windows.transpose(0, 1, 2, 4, 5, 3).reshape(count * rows * columns, -1)
    sums: NDArray[Real] = flat @ kernel.reshape(-1, kernel.shape[-1])
    return sums.reshape(count, rows, columns, -1)


def pooled(values: NDArray[Real], side: int, pooling: Pooling = "max") -> NDArray[Real]:
    """Return the maximum or the mean of each side × side window; incomplete windows are dropped."""
    count, rows, columns, depth = values.shape
    whole = values[:, : rows // side * side, : columns // side * side]
    windows = whole.reshape(count, rows // side, side, columns // side, side, depth)
    found: NDArray[Real] = windows.mean(axis=(2, 4)) if pooling == "average" else windows.max(axis=(2, 4))
    return found
