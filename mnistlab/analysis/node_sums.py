"""A node -> the terms of its value: patch × kernel + bias -> activation."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.receptive import ShownLayer, Window, window_before
from mnistlab.wording import in_digits

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sum:
    """The computation of one node's value.

    Attributes:
        window: the nodes of the layer before that it reads; None for a dense node, which reads all.
        patch: their values, (rows, columns, maps) or (nodes,).
        kernel: the weights, of the same shape; None for a pool, which takes the maximum or the mean.
        bias: 0 for a pool.
        total: sum of patch × kernel, plus bias; for a pool the maximum or mean.
        value: after the activation.
        terms: for a convolution the contribution of each map before it (maps,); for a dense node that of each node before it.
    """

    window: Window | None
    patch: Floats
    kernel: Floats | None
    bias: float
    total: float
    value: float
    terms: Floats


def explain(
    layer: ShownLayer,
    before: NDArray[np.float32],
    weights: Mapping[str, NDArray[np.float32]],
    index: int,
    row: int,
    column: int,
) -> Sum:
    """Return the computation of a node's value.

    Arguments:
        layer: the node's layer.
        before: its input for one digit: the image as the network takes it in (28, 28, 1), or the output of the layer before.
        weights: weights of the network, by name.
        index: number of the map or node.
        row: row of the node in its map; 0 for a dense node.
        column: column of the node in its map; 0 for a dense node.
    """
    name = layer.row.name
    if layer.kind == "pool":
        window = window_before(layer, Window(row, column, row + 1, column + 1))
        patch = before[window.slices][..., index : index + 1].astype(np.float64)
        kept = float(patch.mean() if layer.pooling == "average" else patch.max())
        return Sum(window, patch, None, 0.0, kept, kept, np.array([kept]))
    bias = weights[f"{name}/bias"].astype(np.float64)
    kernels = weights[f"{name}/kernel"].astype(np.float64)
    if layer.kind == "convolution":
        window = window_before(layer, Window(row, column, row + 1, column + 1))
        patch = _patch(before, window)
        kernel = kernels[..., index]
        terms = (patch * kernel).sum(axis=(0, 1))
        total = float(terms.sum() + bias[index])
        return Sum(
            window,
            patch,
            kernel,
            float(bias[index]),
            total,
            float(activate(layer.activation, np.array([total]))[0]),
            terms,
        )
    patch = before.reshape(-1).astype(np.float64)
    totals = patch @ kernels + bias
    terms = patch * kernels[:, index]
    value = float(activate(layer.activation, totals)[index])
    return Sum(None, patch, kernels[:, index], float(bias[index]), float(totals[index]), value, terms)


def _patch(before: NDArray[np.float32], window: Window) -> Floats:
    """Return the values in a window, with zeros where it reaches over the rim."""
    rows, columns = before.shape[:2]
    above, left = max(-window.top, 0), max(-window.left, 0)
    below, right = max(window.bottom - rows, 0), max(window.right - columns, 0)
    padded = np.pad(before.astype(np.float64), ((above, below), (left, right), (0, 0)))
    moved = Window(window.top + above, window.left + left, window.bottom + above, window.right + left)
    return padded[moved.slices]


def activate(name: str, totals: Floats) -> Floats:
    """Apply an activation to sums (nodes,); softmax needs those of all nodes."""
    match name:
        case "relu":
            return np.maximum(totals, 0)
        case "sigmoid":
            return 1 / (1 + np.exp(-np.clip(totals, -700, 700)))
        case "tanh":
            return np.tanh(totals)
        case "elu":
            return np.where(totals > 0, totals, np.expm1(np.minimum(totals, 0)))
        case "softmax":
            grown = np.exp(totals - totals.max())
            shares: Floats = grown / grown.sum()
            return shares
        case _:
            raise ValueError(f"no activation “{name}”")


def in_words(layer: ShownLayer, node: Sum) -> str:
    """Return the computation as one line."""
    if layer.kind == "pool":
        kept = "mean" if layer.pooling == "average" else "largest"
        return f"The {kept} of {node.patch.size} values is {in_digits(node.value, 5)}."
    parts = node.total - node.bias
    sign = "−" if node.bias < 0 else "+"
    product = "values × weights" if layer.kind == "dense" else "patch × kernel"
    line = f"{product} {in_digits(parts, 5)} {sign} bias {in_digits(abs(node.bias), 5)} = {in_digits(node.total, 5)}"
    if layer.activation == "softmax":
        return f"{line}; softmax, its share among all {layer.row.shape[-1]} nodes: {in_digits(node.value, 5)}"
    return f"{line} → {layer.activation} → {in_digits(node.value, 5)}"
