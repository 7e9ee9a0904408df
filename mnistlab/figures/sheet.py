"""Small pictures of one size side by side, to look at or to choose from: maps, digits, patterns, cells of a matrix."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.pictures.colours import STEPS
from mnistlab.pictures.encoding import png_address
from mnistlab.pictures.mosaics import Grid, mosaic

PATTERNS_IN_ROW = 16


@dataclass(frozen=True, eq=False)
class Sheet:
    """Pictures and the words about them, one of each a place.

    Attributes:
        address: data address of the picture that they all lie on.
        grid: where they lie on it.
        numbers: what each is known by.
        words: what stands above each.
        labels: a sentence about each, for who points at it or hears the page.
        strengths: 0 to 1, how long a line above each is; none where there are no lines.
        inks: colours of the words, where these stand on the pictures.
        heads: what stands in the corner, before each row and above each column, of a table.
    """

    address: str
    grid: Grid
    numbers: Sequence[int]
    words: Sequence[str]
    labels: Sequence[str]
    strengths: Sequence[float] = ()
    inks: Sequence[str] = ()
    heads: tuple[str, Sequence[str], Sequence[str]] | None = None


def grey_sheet(
    images: NDArray[np.uint8],
    numbers: Sequence[int],
    words: Sequence[str],
    labels: Sequence[str],
    *,
    columns: int,
    zoom: int,
) -> Sheet:
    """Return a sheet of grey pictures.

    Arguments:
        images: (count, rows, columns) uint8.
        numbers: as of a sheet.
        words: as of a sheet.
        labels: as of a sheet.
        columns: in a row, at most.
        zoom: pixels of the sheet for one of a picture.
    """
    grid = Grid(len(images), min(columns, len(images)), zoom, (images.shape[1], images.shape[2]))
    # The lowest step of this table is white.
    steps = np.rint((1 - images.astype(np.float32) / 255) * (STEPS - 1)).astype(np.uint8).transpose(1, 2, 0)
    return Sheet(png_address(mosaic(steps, grid, "binary")), grid, numbers, words, labels)


def pattern_sheet(images: NDArray[np.uint8], numbers: Sequence[int], labels: Sequence[str]) -> Sheet:
    """Return a sheet of patterns (count, 28, 28) uint8, each below the number of its map; numbers and labels as of a sheet."""
    return grey_sheet(images, numbers, [str(number) for number in numbers], labels, columns=PATTERNS_IN_ROW, zoom=2)
