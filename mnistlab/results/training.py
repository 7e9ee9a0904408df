"""A trained network over the test digits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.arrays import ArrayResult


@dataclass(frozen=True)
class TrainingResult(ArrayResult):
    """The result of a training beside its weights; its curves are in its events.

    Attributes:
        confusion: (classes, classes) int64, rows are labels, columns are the network's readings.
    """

    confusion: NDArray[np.int64]
