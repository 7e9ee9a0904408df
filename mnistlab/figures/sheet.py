"""Small pictures of one size side by side, to view or to choose from: maps, digits, patterns, cells of a matrix."""

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
    """A sheet of pictures, with their captions.

    Attributes:
        address: data: address of the picture that contains them all.
        grid: their layout on it.
        numbers: the number that identifies each.
        words: caption of each.
        labels: description of each, for tooltips and screen readers.
        strengths: length of a line above each, 0 to 1; empty for no lines.
        inks: colours of the captions, if these are on the pictures.
        heads: for a table, texts for the corner, the rows and the columns.
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
        numbers: as in `Sheet`.
        words: as in `Sheet`.
        labels: as in `Sheet`.
        columns: largest number of pictures per row.
        zoom: pixels of the sheet per pixel of a picture.
    """
    grid = Grid(len(images), min(columns, len(images)), zoom, (images.shape[1], images.shape[2]))
    # The lowest step of this colour table is white.
    steps = np.rint((1 - images.astype(np.float32) / 255) * (STEPS - 1)).astype(np.uint8).transpose(1, 2, 0)
    return Sheet(png_address(mosaic(steps, grid, "binary")), grid, numbers, words, labels)


def pattern_sheet(images: NDArray[np.uint8], numbers: Sequence[int], labels: Sequence[str]) -> Sheet:
    """Return a sheet of patterns (count, 28, 28) uint8, each captioned with the number of its map; numbers and labels as in `Sheet`."""
    return grey_sheet(images, numbers, [str(number) for number in numbers], labels, columns=PATTERNS_IN_ROW, zoom=2)
