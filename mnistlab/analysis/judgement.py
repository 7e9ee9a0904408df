"""A network's outputs for many digits -> which are misread, which are unclear, how they are confused."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def probabilities(outputs: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return outputs (digits, classes) as shares that add up to 1: those of a softmax as they are, those of sigmoids divided by their sum."""
    total = outputs.astype(np.float64).sum(axis=-1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(
        outputs, total, out=np.full(outputs.shape, 1 / outputs.shape[-1]), where=total > 0
    )
    return shares


def confusion_matrix(labels: NDArray[Any], outputs: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return how many digits of each label (rows) are read as what (columns), (classes, classes)."""
    classes = outputs.shape[-1]
    matrix = np.zeros((classes, classes), np.int64)
    np.add.at(matrix, (labels, outputs.argmax(axis=1)), 1)
    return matrix


def misread(outputs: NDArray[np.float32], labels: NDArray[Any]) -> NDArray[np.int64]:
    """Return the digits read as another one, those with the surest mistake first."""
    wrong = np.flatnonzero(outputs.argmax(axis=1) != labels)
    return wrong[np.argsort(-probabilities(outputs[wrong]).max(axis=1), kind="stable")]


def unclear(outputs: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return all digits, those whose two largest probabilities are closest first (algorithms.md §7)."""
    best = np.sort(probabilities(outputs), axis=1)
    return np.argsort(best[:, -1] - best[:, -2], kind="stable")


def in_cell(outputs: NDArray[np.float32], labels: NDArray[Any], label: int, read: int) -> NDArray[np.int64]:
    """Return the digits of `label` that are read as `read`, those with the largest probability for it first."""
    found = np.flatnonzero((labels == label) & (outputs.argmax(axis=1) == read))
    return found[np.argsort(-probabilities(outputs[found])[:, read], kind="stable")]


def worst_cell(matrix: NDArray[np.int64]) -> tuple[int, int]:
    """Return label and reading of the most frequent mistake; of a network without mistakes the upper left cell."""
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    label, read = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return int(label), int(read)


def shares_right(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of each class that is read right, and at last that of all digits, (classes + 1,)."""
    totals = np.append(matrix.sum(axis=1), matrix.sum())
    shares: NDArray[np.float64] = np.append(np.diag(matrix), np.trace(matrix)) / np.maximum(totals, 1)
    return shares
