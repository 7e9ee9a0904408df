"""The large-scale patterns that activate maps, and the results of ascents from them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.arrays import ArrayResult


@dataclass(frozen=True)
class Candidates(ArrayResult):
    """The start patterns of some maps.

    Attributes:
        map_index: (m,) int64, numbers of the maps.
        patterns: (m, keep, 28, 28) float32, the best first.
        trial_scores: (m, keep) float32, after the trial steps.
        responding: (m,) int64, number of patterns that activate the map without an ascent.
        numbers: (m, keep) int64, numbers of the patterns among all.
    """

    map_index: NDArray[np.int64]
    patterns: NDArray[np.float32]
    trial_scores: NDArray[np.float32]
    responding: NDArray[np.int64]
    numbers: NDArray[np.int64]


@dataclass(frozen=True)
class Followed:
    """Start patterns (n, 28, 28) float32 of one map; `images`: the same after a full ascent; `scores`: (n,) float32, of `images`."""

    patterns: NDArray[np.float32]
    images: NDArray[np.float32]
    scores: NDArray[np.float32]


@dataclass(frozen=True)
class Screened:
    """The precursor run of one map: ascents from its start patterns, their `trial_scores` (n,) float32, and how many patterns activate the map."""

    followed: Followed
    trial_scores: NDArray[np.float32]
    responding: int
