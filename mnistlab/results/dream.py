"""The result of a dream: a picture with carved patterns."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.arrays import ArrayResult


@dataclass(frozen=True)
class DreamResult(ArrayResult):
    """A dream with n carved areas, the full picture first.

    Attributes:
        picture: (size, size) float32, standardised, after the last iteration. original: the same before the first.
        steps: (iterations, size, size), after each iteration; float32, or float16 in a `lighter` one.
        areas: (n, 3) int64, level, row and column.
        area_maps: (n,) int64, the map that carved it, −1 for the whole layer.
        area_saw, area_made: (n, 28, 28) float32, the network's input before and after the last iteration.
        area_scores: (n, 2) float32, before and after.
        colours: (size, size, 3) uint8, of the photo, if the recipe keeps them.
    """

    picture: NDArray[np.float32]
    original: NDArray[np.float32]
    steps: NDArray[np.float32] | NDArray[np.float16]
    areas: NDArray[np.int64]
    area_maps: NDArray[np.int64]
    area_saw: NDArray[np.float32]
    area_made: NDArray[np.float32]
    area_scores: NDArray[np.float32]
    colours: NDArray[np.uint8] | None = None

    def lighter(self) -> Self:
        """Return it for a page: the iterations in half precision, which is not visible."""
        return replace(self, steps=self.steps.astype(np.float16))


@dataclass(frozen=True)
class FilmResult(ArrayResult):
    """A film of dreams. `frames`: (frames, size, size) grey, or (frames, size, size, 3) in colours; uint8."""

    frames: NDArray[np.uint8]
