"""What networks think of digits that they have not learned from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.arrays import ArrayResult


@dataclass(frozen=True)
class LabelsResult(ArrayResult):
    """The reading of each training digit by a network that has learned from others.

    Attributes:
        outputs: (digits, classes) float32.
        labels: (digits,) uint8, as the set has them.
    """

    outputs: NDArray[np.float32]
    labels: NDArray[np.uint8]
