"""Counts -> how sure a share is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Of the normal distribution: 95 % lie within so many standard deviations.
DEVIATIONS = 1.959964


def wilson(right: NDArray[Any], total: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return lower and upper end of the 95 % interval of shares, by Wilson's score: it stays within 0 and 1, and is right near both.

    Arguments:
        right: how many of each, any shape.
        total: of how many.
    """
    share, squared = right / total, DEVIATIONS**2
    middle = (share + squared / (2 * total)) / (1 + squared / total)
    half = DEVIATIONS * np.sqrt(share * (1 - share) / total + squared / (4 * total**2)) / (1 + squared / total)
    return middle - half, middle + half
