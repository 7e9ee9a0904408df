"""How well a network reads changed digits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.arrays import ArrayResult


@dataclass(frozen=True)
class RobustnessResult(ArrayResult):
    """Robustness curves.

    Attributes:
        kinds: (k,) text, the changes.
        strengths: (k, s) float32, each in the unit of its change.
        accuracy: (k, s) float32, the share of digits read right. lower, upper: (k, s) float32, its 95 % interval.
    """

    kinds: NDArray[np.str_]
    strengths: NDArray[np.float32]
    accuracy: NDArray[np.float32]
    lower: NDArray[np.float32]
    upper: NDArray[np.float32]
