"""A pattern -> grey values for the screen, plain or with its middle spread (algorithms.md §6)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def plain(images: NDArray[Any]) -> NDArray[np.uint8]:
    """Return patterns (…, rows, columns) as grey values, each stretched over its own range; a constant pattern becomes mid grey."""
    low, high = images.min(axis=(-2, -1), keepdims=True), images.max(axis=(-2, -1), keepdims=True)
    spread = np.where(high > low, high - low, 1)
    return np.where(high > low, np.round(255 * (images - low) / spread), 128).astype(np.uint8)


def enhanced(images: NDArray[Any], centre: float = 0.0, strength: float = 1.5) -> NDArray[np.uint8]:
    """Return standardised patterns (…, rows, columns) as grey values with the middle of their distribution spread.

    Arguments:
        images: standardised, so that 0 is the mean and 1 the standard deviation of each.
        centre: the value that becomes mid grey, in standard deviations.
        strength: 1 shows two standard deviations either way from black to white; larger values spread the middle more.
    """
    return np.round(127.5 + 127.5 * np.tanh(strength * (images - centre) / 2)).astype(np.uint8)
