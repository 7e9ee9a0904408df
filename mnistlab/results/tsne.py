"""All test digits in a plane."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.arrays import ArrayResult


@dataclass(frozen=True)
class TsneResult(ArrayResult):
    """Digits in a plane. `plane`: (digits, 2) float32, without a unit; `labels`: (digits,) uint8."""

    plane: NDArray[np.float32]
    labels: NDArray[np.uint8]
