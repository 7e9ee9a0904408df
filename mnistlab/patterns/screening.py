"""The patterns of a precursor run: every choice of a few grey values on a coarse grid (algorithms.md §5)."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.standardise import standardise
from mnistlab.patterns.enlarge import enlarge

# Patterns per batch; bounds the memory of the temporary arrays.
CHUNK = 4096


@lru_cache(maxsize=2)
def screening_patterns(grid: int, levels: tuple[float, ...]) -> NDArray[np.float32]:
    """Return all levels^(grid²) patterns, enlarged and standardised: (patterns, 28, 28); 62 MB for the published 19,683.

    The number of a pattern, written in base `len(levels)`, has one digit per point of the grid, row by row: the index of its grey value.
    """
    points = grid * grid
    count = len(levels) ** points
    values = np.array(levels, np.float32)
    weights = len(levels) ** np.arange(points - 1, -1, -1)
    patterns = np.empty((count, 28, 28), np.float32)
    for start in range(0, count, CHUNK):
        numbers = np.arange(start, min(start + CHUNK, count))
        chosen = values[(numbers[:, None] // weights) % len(levels)].reshape(-1, grid, grid)
        # Relative to the first point, a grey pattern is exactly zero instead of enlarged rounding errors.
        patterns[start : start + CHUNK] = standardise(enlarge(chosen - chosen[:, :1, :1]))
    patterns.setflags(write=False)
    return patterns
