"""A class pattern -> the mean maps of class A with unique points in red and shared ones in yellow."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.class_points import Pattern, position_of
from mnistlab.figures.sheet import Sheet
from mnistlab.pictures.encoding import png_address
from mnistlab.pictures.mosaics import as_maps, grid_for, mosaic, steps_of


def points_sheet(pattern: Pattern, mean: NDArray[np.float32]) -> Sheet:
    """Return a sheet of the maps with marks; the background is the mean of class A, grey, on one scale for the layer.

    Arguments:
        pattern: the pattern, its points in the order of `mean`.
        mean: (rows, columns, maps) or (nodes,), mean over the digits of A.
    """
    maps = as_maps(mean)
    marks = (pattern.unique + 2 * pattern.shared).astype(np.uint8).reshape(maps.shape)
    grid = grid_for(maps.shape)
    picture = mosaic(steps_of(maps, "layer", (0, 1)), grid, "binary", marks)
    unique, shared = ((marks == mark).sum(axis=(0, 1)) for mark in (1, 2))
    word = "node" if maps.shape[:2] == (1, 1) else "map"
    labels = [
        f"{word} {index}: {unique[index]} unique, {shared[index]} shared points" for index in range(maps.shape[2])
    ]
    numbers = range(maps.shape[2])
    return Sheet(png_address(picture), grid, numbers, [str(number) for number in numbers], labels)


def sentence(pattern: Pattern, shape: tuple[int, ...], label_a: object, label_b: object) -> str:
    """Return the number of unique and of shared points, and the maps with most of the unique ones; the labels are names or numbers."""
    text = (
        f"Of {pattern.in_a.size:,} points {int(pattern.unique.sum())} are unique to {label_a} against {label_b}, "
        f"and {int(pattern.shared.sum())} more are common to both"
    )
    if pattern.unique.any():
        indices = [position_of(int(point), shape)[0] for point in np.flatnonzero(pattern.unique)]
        maps, counts = np.unique(indices, return_counts=True)
        best = [str(index) for index in maps[np.argsort(-counts, kind="stable")][:5]]
        word = ("map" if len(shape) == 3 else "node") + "s" * (len(best) > 1)
        text += f"; most of the unique ones are in {word} {', '.join(best)}"
    return text + "."
