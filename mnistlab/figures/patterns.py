"""A class pattern -> the mean maps of class A with unique points in red and shared ones in yellow."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.class_points import Pattern, place_of
from mnistlab.figures.sheet import Sheet
from mnistlab.pictures.encoding import png_address
from mnistlab.pictures.mosaics import as_maps, grid_for, mosaic, steps_of


def points_sheet(found: Pattern, mean: NDArray[np.float32]) -> Sheet:
    """Return the mosaic; the colour below the marks is the mean of class A, grey, on one scale for the layer.

    Arguments:
        found: the pattern, its points in the order of `mean`.
        mean: (rows, columns, maps) or (nodes,) over the digits of A.
    """
    maps = as_maps(mean)
    marks = (found.unique + 2 * found.shared).astype(np.uint8).reshape(maps.shape)
    grid = grid_for(maps.shape)
    picture = mosaic(steps_of(maps, "layer", (0, 1)), grid, "binary", marks)
    unique, shared = ((marks == mark).sum(axis=(0, 1)) for mark in (1, 2))
    word = "node" if maps.shape[:2] == (1, 1) else "map"
    labels = [
        f"{word} {index}: {unique[index]} unique, {shared[index]} shared points" for index in range(maps.shape[2])
    ]
    numbers = range(maps.shape[2])
    return Sheet(png_address(picture), grid, numbers, [str(number) for number in numbers], labels)


def sentence(found: Pattern, shape: tuple[int, ...], label_a: int, label_b: int) -> str:
    """Return how many points are unique and shared, and in which maps most of the unique ones lie."""
    text = (
        f"Of {found.in_a.size:,} points {int(found.unique.sum())} are unique to {label_a} against {label_b}, "
        f"and {int(found.shared.sum())} more are common to both"
    )
    if found.unique.any():
        places = [place_of(int(point), shape)[0] for point in np.flatnonzero(found.unique)]
        maps, counts = np.unique(places, return_counts=True)
        best = [str(index) for index in maps[np.argsort(-counts, kind="stable")][:5]]
        word = ("map" if len(shape) == 3 else "node") + "s" * (len(best) > 1)
        text += f"; most of the unique ones are in {word} {', '.join(best)}"
    return text + "."
