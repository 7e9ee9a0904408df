"""Values above and below zero -> red and blue on white, the same colour for the same size on either side."""

import numpy as np
from numpy.typing import NDArray

# For and against: as dark as each other, and told apart by whoever does not see red or green.
FOR, AGAINST = (178, 24, 43), (33, 102, 172)
# Grey of full ink, on white paper: dark enough to see the stroke, pale enough for the colours on it; and of a line around a part of it.
INK, FRAME = 176, 120
# Over a digit: below 1, weak values show too.
GAMMA = 0.55


def signed_picture(values: NDArray[np.float32], most: float | None = None) -> NDArray[np.uint8]:
    """Return values (…) as colours (…, 3) uint8: white at zero, red above, blue below.

    Arguments:
        values: any shape.
        most: size of value with the full colour; None: the largest there is.
    """
    largest = float(np.abs(values).max()) if most is None else most
    strength = np.clip(np.abs(values) / largest, 0, 1) if largest else np.zeros(values.shape)
    colours = np.where((values > 0)[..., None], FOR, AGAINST)
    shades: NDArray[np.uint8] = np.rint(255 - strength[..., None] * (255 - colours)).astype(np.uint8)
    return shades


def over_digit(image: NDArray[np.uint8], values: NDArray[np.float64], most: float) -> NDArray[np.uint8]:
    """Return values over a digit that stands in pale grey on white, (count, 28, 28, 3) uint8: red above zero, blue below.

    Arguments:
        image: the digit, (28, 28) uint8.
        values: (count, 28, 28).
        most: the value, above or below zero, that has the full colour.
    """
    paper = 255.0 - (255.0 - INK) * (image.astype(np.float64) / 255.0)
    strength = np.clip(np.abs(values) / max(most, 1e-12), 0, 1)[..., None] ** GAMMA
    colour = np.where(values[..., None] > 0, FOR, AGAINST)
    pictures: NDArray[np.uint8] = np.rint((1 - strength) * paper[..., None] + strength * colour).astype(np.uint8)
    return pictures


def framed(picture: NDArray[np.uint8], top: int, left: int, bottom: int, right: int) -> NDArray[np.uint8]:
    """Return a picture (rows, columns, 3) with a line around these rows and columns, the last ones outside."""
    drawn = picture.copy()
    drawn[[top, bottom - 1], left:right] = FRAME
    drawn[top:bottom, [left, right - 1]] = FRAME
    return drawn
