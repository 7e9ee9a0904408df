"""Pictures as they stand in files, whatever their numbers -> grey values (digits, 28, 28) uint8, bright on 0."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.set_files.parts import UnreadableError
from mnistlab.set_files.splits import SIDE, Array
from mnistlab.set_files.tables import TablePictures

# The largest values of a unit range, of bytes, and of 16 bits.
UNIT, BYTES, WORDS = 1.0, 255.0, 65_535.0
# What a float may miss its range by.
SLACK = 1e-4
# Bytes that end below this are of another range, such as 0 to 16.
DIM = 64


@dataclass(frozen=True)
class Range:
    """How numbers become grey: `(value - low) * factor`; `note`: a sentence where that is not as usual."""

    low: float
    factor: float
    note: str = ""


def read_greys(array: Array, chosen: NDArray[np.int64], word: str) -> tuple[NDArray[np.uint8], str]:
    """Return the chosen pictures, in this order, and a sentence about their range where it is not as usual.

    Arguments:
        array: pictures of 28×28 in any shape.
        chosen: numbers of pictures.
        word: "training" or "test", for sentences.

    Raises:
        UnreadableError: a value is not finite, or all are the same.
    """
    whole = array.dtype.kind in "iub"
    # Numbers are looked at and made grey in one go; only where the range turns out to be another one they are read again.
    # Text is of whole numbers from 0 to 255 but for few tables, and is slow to read.
    guess = Range(0, 1) if whole or isinstance(array, TablePictures) else Range(0, BYTES)
    result, low, high = _made(array, chosen, guess)
    if low == high:
        raise UnreadableError(f"All {word} pictures have the same grey everywhere.")
    found = _range(low, high, whole or _is_text_of_bytes(low, high))
    if (found.low, found.factor) != (guess.low, guess.factor):
        # One of them at a time: both would take more than there is.
        del result
        result, _, _ = _made(array, chosen, found)
    return result, found.note and f"The {word} pictures {found.note}"


def _is_text_of_bytes(low: float, high: float) -> bool:
    return low >= 0 and 1 + SLACK < high <= BYTES and low == round(low) and high == round(high)


def _range(low: float, high: float, whole: bool) -> Range:
    if whole and low >= 0:
        if high <= 1:
            return Range(0, BYTES, "have values 0 and 1 only, taken as black and white.")
        if high < DIM:
            return Range(0, BYTES / high, f"have values from 0 to {high:g} instead of 255; they were brought to 255.")
        if high <= BYTES:
            return Range(0, 1)
        if high <= WORDS:
            return Range(0, BYTES / WORDS, f"have values of 16 bits, up to {high:g}; they were brought to 255.")
    elif low >= -SLACK and high <= UNIT + SLACK:
        return Range(0, BYTES)
    elif low >= -SLACK and high <= BYTES + SLACK:
        return Range(0, 1)
    if not whole and low >= -1 - SLACK and low < 0 and high <= UNIT + SLACK:
        return Range(-1, BYTES / 2, "have values from −1 to 1; they were brought to 0 … 255.")
    return Range(
        low,
        BYTES / (high - low),
        f"have values from {low:.4g} to {high:.4g}; the lowest was taken as black, the highest as white.",
    )


def _made(array: Array, chosen: NDArray[np.int64], how: Range) -> tuple[NDArray[np.uint8], float, float]:
    """Return the chosen pictures in grey, and the least and largest number of all."""
    place = np.full(array.shape[0], -1, np.int64)
    place[chosen] = np.arange(len(chosen))
    result = np.empty((len(chosen), SIDE, SIDE), np.uint8)
    low, high, start = np.inf, -np.inf, 0
    for portion in array.portions():
        part = portion.reshape(len(portion), SIDE, SIDE)
        ends = float(part.min()), float(part.max())
        if not np.isfinite(ends).all():
            raise UnreadableError(f"“{array.name[:40]}” holds a grey value that is no finite number.")
        low, high = min(low, ends[0]), max(high, ends[1])
        at = place[start : start + len(part)]
        taken = part[at >= 0]
        if not (taken.dtype == np.uint8 and how == Range(0, 1)):
            real: NDArray[np.float64] = taken.astype(np.float64)
            taken = np.rint((real - how.low) * how.factor).clip(0, BYTES).astype(np.uint8)
        result[at[at >= 0]] = taken
        start += len(part)
    return result, low, high
