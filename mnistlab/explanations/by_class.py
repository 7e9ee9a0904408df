"""Relevance of many digits -> the mean of each class, and how like each digit's is to it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.patterns.smooth import blur_matrix

# Strokes of one class lie a pixel or two apart: before two pictures are compared they are blurred by so much.
BLUR = 1.0
NOTHING = 1e-12


def class_means(
    pictures: NDArray[Any], labels: NDArray[Any], counted: NDArray[np.bool_], classes: int
) -> NDArray[np.float64]:
    """Return the mean picture of each class, (classes, 28, 28); zero where a class has none.

    Arguments:
        pictures: (digits, 28, 28).
        labels: (digits,).
        counted: (digits,) which count.
        classes: how many there are.
    """
    members = np.eye(classes)[labels] * counted[:, None]
    sums: NDArray[np.float64] = members.T @ pictures.reshape(len(pictures), -1)
    means: NDArray[np.float64] = (sums / np.maximum(members.sum(axis=0), 1)[:, None]).reshape(
        classes, *pictures.shape[1:]
    )
    return means


def likeness_to_class(
    pictures: NDArray[Any], labels: NDArray[Any], counted: NDArray[np.bool_], classes: int
) -> NDArray[np.float32]:
    """Return how like each picture is to the mean of the others of its class, (digits,): the cosine of the angle between both, blurred.

    NaN for pictures that do not count, for the only one of its class, and where there is nothing to compare.

    Arguments: as for `class_means`.
    """
    matrix = blur_matrix(BLUR)
    blurred = (matrix @ pictures.astype(np.float32) @ matrix.T).reshape(len(pictures), -1)
    found = np.full(len(pictures), np.nan, np.float32)
    for label in range(classes):
        own = np.flatnonzero((labels == label) & counted)
        some = blurred[own].astype(np.float64)
        # Without itself: in a small class a picture would be like its own part in the mean.
        others = some.sum(axis=0) - some
        sizes = np.linalg.norm(some, axis=1) * np.linalg.norm(others, axis=1)
        is_there = (sizes > NOTHING) & (len(own) > 1)
        cosines = (some * others).sum(axis=1)
        found[own] = np.where(is_there, cosines / np.where(is_there, sizes, 1), np.nan)
    return found


def least_like(likeness: NDArray[np.float32], labels: NDArray[Any], classes: int, count: int) -> NDArray[np.int32]:
    """Return the digits of each class with the least likeness, the least first, (classes, count); -1 where there are no more."""
    found = np.full((classes, count), -1, np.int32)
    for label in range(classes):
        own = np.flatnonzero((labels == label) & np.isfinite(likeness))
        least = own[np.argsort(likeness[own], kind="stable")][:count]
        found[label, : len(least)] = least
    return found


def strongest_maps(by_map: NDArray[np.floating], count: int) -> NDArray[np.bool_]:
    """Return which maps of each digit (digits, maps) are among the `count` that add most, if they add anything."""
    places = np.argsort(np.argsort(-by_map, axis=1, kind="stable"), axis=1)
    chosen: NDArray[np.bool_] = (places < count) & (by_map > 0)
    return chosen
