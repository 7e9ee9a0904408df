"""Digits of a set -> a sheet of small pictures to choose from, each with a caption."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.figures.sheet import Sheet, grey_sheet
from mnistlab.wording import with_article

COLUMNS, ZOOM = 6, 2


def digit_sheet(images: NDArray[np.uint8], numbers: NDArray[Any], words: list[str], columns: int = COLUMNS) -> Sheet:
    """Return the sheet; a digit is identified by its number in its set.

    Arguments:
        images: (count, 28, 28) uint8.
        numbers: (count,) numbers of the digits in their set.
        words: caption of each.
        columns: digits per row.
    """
    # White on black, as the network sees it: ink has large values.
    known = [int(number) for number in numbers]
    labels = [f"digit {number}: {word}" for number, word in zip(known, words, strict=True)]
    return grey_sheet(images, known, words, labels, columns=columns, zoom=ZOOM)


def sentence(labels: Iterable[object], numbers: NDArray[Any]) -> str:
    """Return a description of the sheet; `labels`: names of the classes, or their numbers."""
    return (
        "Digits to choose from: "
        + ", ".join(f"number {number}, {with_article(label)}" for number, label in zip(numbers, labels, strict=True))
        + "."
    )
