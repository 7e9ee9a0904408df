"""Digits of a set -> a sheet of small pictures to click at, each with its number and a few words."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.figures.mosaics import framed
from mnistlab.figures.plotly import Figure
from mnistlab.pictures.colours import STEPS
from mnistlab.pictures.encoding import png_address
from mnistlab.pictures.mosaics import Grid, mosaic

COLUMNS, ZOOM = 6, 3
# Of longer rows: what stands above a digit has room only where its picture is not made smaller.
ZOOM_OF_LONG_ROWS = 1


def figure(
    images: NDArray[np.uint8],
    numbers: NDArray[Any],
    words: list[str],
    chosen: int | None = None,
    columns: int = COLUMNS,
    width: int = 420,
) -> Figure:
    """Return the sheet; a place's `customdata` is the digit's number in its set.

    Arguments:
        images: (count, 28, 28) uint8.
        numbers: (count,) of the digits in their set.
        words: what stands above each.
        chosen: number of the digit that gets a frame.
        columns: digits in a row.
        width: of the place on the page, in pixels.
    """
    zoom = ZOOM if columns <= COLUMNS else ZOOM_OF_LONG_ROWS
    grid = Grid(len(images), min(columns, len(images)), zoom, (28, 28))
    # The lowest step is white: ink on paper.
    steps = (images.astype(np.float32) * ((STEPS - 1) / 255)).astype(np.uint8).transpose(1, 2, 0)
    hits = [place for place, number in enumerate(numbers) if number == chosen]
    hover = [f"digit {number}: {word}" for number, word in zip(numbers, words, strict=True)]
    sheet = framed(grid, png_address(mosaic(steps, grid, "binary")), hover, hits[0] if hits else None, width)
    sheet["data"][0]["text"] = words
    sheet["data"][1]["customdata"] = [int(number) for number in numbers]
    return sheet


def sentence(labels: NDArray[Any], numbers: NDArray[Any]) -> str:
    """Return which digits the sheet shows."""
    return (
        "Digits to choose from: "
        + ", ".join(f"number {number}, a {label}" for number, label in zip(numbers, labels, strict=True))
        + "."
    )
