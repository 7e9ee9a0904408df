"""A network's outputs for many digits -> misread digits, unclear digits, and the confusion matrix."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def probabilities(outputs: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return outputs (digits, classes) as shares that add up to 1: a softmax unchanged, sigmoids divided by their sum."""
    total = outputs.astype(np.float64).sum(axis=-1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(
        outputs, total, out=np.full(outputs.shape, 1 / outputs.shape[-1]), where=total > 0
    )
    return shares


def confusion_matrix(labels: NDArray[Any], outputs: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the number of digits of each label (rows) by the network's reading (columns), (classes, classes)."""
    classes = outputs.shape[-1]
    matrix = np.zeros((classes, classes), np.int64)
    np.add.at(matrix, (labels, outputs.argmax(axis=1)), 1)
    return matrix


def misread(outputs: NDArray[np.float32], labels: NDArray[Any]) -> NDArray[np.int64]:
    """Return the misread digits, those with the most confident mistake first."""
    wrong = np.flatnonzero(outputs.argmax(axis=1) != labels)
    return wrong[np.argsort(-probabilities(outputs[wrong]).max(axis=1), kind="stable")]


def unclear(outputs: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return all digits, those with the smallest difference between the two largest probabilities first (algorithms.md §7)."""
    best = np.sort(probabilities(outputs), axis=1)
    return np.argsort(best[:, -1] - best[:, -2], kind="stable")


def in_cell(outputs: NDArray[np.float32], labels: NDArray[Any], label: int, read: int) -> NDArray[np.int64]:
    """Return the digits of `label` that are read as `read`, those with the largest probability for it first."""
    digits = np.flatnonzero((labels == label) & (outputs.argmax(axis=1) == read))
    return digits[np.argsort(-probabilities(outputs[digits])[:, read], kind="stable")]


def worst_cell(matrix: NDArray[np.int64]) -> tuple[int, int]:
    """Return label and reading of the most frequent mistake; the upper left cell if there is no mistake."""
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    label, read = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return int(label), int(read)


def shares_right(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the accuracy for each class, and last for all digits, (classes + 1,)."""
    totals = np.append(matrix.sum(axis=1), matrix.sum())
    shares: NDArray[np.float64] = np.append(np.diag(matrix), np.trace(matrix)) / np.maximum(totals, 1)
    return shares
