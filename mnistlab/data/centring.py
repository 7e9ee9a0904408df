"""Ink of any size -> a digit as MNIST has them: 20 pixels high or wide, centred by mass in 28×28; and advice on it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnistlab.errors import DataError

SIDE = 28
# The box MNIST's digits were fitted into, before they were centred by their mass.
BOX = 20
# Ink weaker than this share of the strongest is paper.
LEAST_INK = 0.1
# The shift by mass is exact to this part of a pixel.
FINE = 4
# Below: where advice begins, in pixels of the digit and shares of all pixels. MNIST's own test digits lie between in 99 of 100 cases.
THIN, THICK = 0.035, 0.33


def centred(ink: NDArray[Any], least: int = 1) -> NDArray[np.uint8]:
    """Fit ink into MNIST's box and centre it by mass.

    Arguments:
        ink: (rows, columns) float, 0 is paper and the largest value full ink.
        least: ink that is shorter than this does not fill the box: a dot stays a dot.

    Returns:
        (28, 28) uint8.

    Raises:
        DataError: there is no ink.
    """
    strongest = float(ink.max(initial=0.0))
    if strongest <= 0:
        raise DataError("There is no ink here to make a digit of: all is empty.")
    ink = (ink / strongest).astype(np.float32)
    places = np.argwhere(ink >= LEAST_INK)
    (top, left), (bottom, right) = places.min(axis=0), places.max(axis=0) + 1
    ink = ink[top:bottom, left:right]
    longest = max(*ink.shape, least)
    height, width = (max(1, round(BOX * FINE * side / longest)) for side in ink.shape)
    fine = np.asarray(
        Image.fromarray(ink).resize(
            (width, height), Image.Resampling.BOX if longest > BOX * FINE else Image.Resampling.BICUBIC
        )
    ).clip(0, 1)
    canvas = np.zeros((3 * SIDE * FINE, 3 * SIDE * FINE), np.float32)
    # The middle of the canvas is the middle of the digit; MNIST's lies at 14.0, between the pixels 13 and 14.
    row, column = _mass(fine)
    top, left = round(1.5 * SIDE * FINE - row), round(1.5 * SIDE * FINE - column)
    canvas[top : top + height, left : left + width] = fine
    cut = canvas[SIDE * FINE : 2 * SIDE * FINE, SIDE * FINE : 2 * SIDE * FINE]
    small = cut.reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3))
    digit: NDArray[np.uint8] = np.rint(255 * small / max(float(small.max()), 1e-6)).astype(np.uint8)
    return digit


def advice(image: NDArray[np.uint8]) -> list[str]:
    """Return sentences about what makes a digit (28, 28) uint8 hard to read; none if it looks like MNIST's.

    For digits that were moved or drawn in pixels as well as for those `centred` has put in order.
    """
    ink = image.astype(np.float32) / 255
    if ink.max() < LEAST_INK:
        return ["The digit is empty."]
    sentences = []
    filled = float((ink > 0.5).mean())
    if filled < THIN:
        sentences.append("The strokes are thin; a thicker brush is easier to read.")
    if filled > THICK:
        sentences.append("The strokes are thick and may close gaps; a thinner brush is easier to read.")
    row, column = _mass(ink)
    if max(abs(row - SIDE / 2), abs(column - SIDE / 2)) > 3:
        sentences.append("The digit lies off the centre; the network has only seen centred ones.")
    places = np.argwhere(ink > 0.3)
    if len(places) and np.ptp(places, axis=0).max() < BOX / 2:
        sentences.append("The digit is small; the network has only seen digits 20 pixels high or wide.")
    return sentences


def _mass(ink: NDArray[Any]) -> tuple[float, float]:
    """Return row and column of the centre of mass, with the first pixel reaching from 0 to 1."""
    total = float(ink.sum())
    rows, columns = (np.arange(side) + 0.5 for side in ink.shape)
    return float(ink.sum(axis=1) @ rows) / total, float(ink.sum(axis=0) @ columns) / total
