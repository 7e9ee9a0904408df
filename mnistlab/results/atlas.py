"""The OIPs of all maps of a layer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.arrays import ArrayResult


@dataclass(frozen=True)
class Atlas(ArrayResult):
    """The patterns of m maps, with figures about each.

    Attributes:
        map_index: (m,) int64, numbers of the maps.
        images: (m, 28, 28) float32, standardised.
        scores: (m,) float32, scores of the patterns; 0 if there is none.
        status: (m,) text, final status of the ascent.
        rescued: (m,) bool, whether the map reacted only after a rescue.
        responding: (m,) int64, number of large-scale patterns it reacts to.
        candidates: (m, keep) float32, final scores of its start patterns.
        classes: (m,) int64, the network's reading of the pattern.
        relative: (m,) float32, score relative to that of the strongest digit; NaN if no digit excites it.
        examples: (m, 9) int64, numbers of the digits that excite it most. example_scores: (m, 9) float32.
            example_labels: (m, 9) uint8.
    """

    map_index: NDArray[np.int64]
    images: NDArray[np.float32]
    scores: NDArray[np.float32]
    status: NDArray[np.str_]
    rescued: NDArray[np.bool_]
    responding: NDArray[np.int64]
    candidates: NDArray[np.float32]
    classes: NDArray[np.int64]
    relative: NDArray[np.float32]
    examples: NDArray[np.int64]
    example_scores: NDArray[np.float32]
    example_labels: NDArray[np.uint8]
