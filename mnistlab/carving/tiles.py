"""The tiles of a picture in a quadtree: their pixels, and how neighbours blend near their borders."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mnistlab.recipes.dream import AreaRecipe


@dataclass(frozen=True, eq=False)
class Tiles:
    """Some areas of one level, cut out of the picture as squares with the same side.

    Attributes:
        origins: (count, 2), row and column of each square's first pixel.
        side: side of the squares in pixels; larger than the areas if they reach into their neighbours.
        rows, columns: (count, side) float32, weight of each row and column of a square; over all areas of a level the weights
            of a pixel add up to 1.
    """

    origins: NDArray[np.int64]
    side: int
    rows: NDArray[np.float32]
    columns: NDArray[np.float32]

    def cut(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the squares (count, side, side) of a picture (size, size)."""
        return np.stack([picture[self._slices(index)] for index in range(len(self.origins))])

    def put(self, picture: NDArray[np.float32], squares: NDArray[np.float32]) -> None:
        """Replace areas of a picture (size, size) by `squares` (count, side, side); the areas must not overlap."""
        for index, square in enumerate(squares):
            rows, columns = (
                slice(*np.flatnonzero(weights[index])[[0, -1]] + (0, 1)) for weights in (self.rows, self.columns)
            )
            picture[self._slices(index)][rows, columns] = square[rows, columns]

    def add(self, picture: NDArray[np.float32], squares: NDArray[np.float32]) -> None:
        """Add `squares` (count, side, side) to a picture (size, size), fading out towards the neighbours; overwrites `squares`."""
        squares *= self.rows[:, :, None]
        squares *= self.columns[:, None, :]
        for index, square in enumerate(squares):
            picture[self._slices(index)] += square

    def _slices(self, index: int) -> tuple[slice, slice]:
        row, column = self.origins[index]
        return slice(row, row + self.side), slice(column, column + self.side)


def tiles_of(areas: Sequence[AreaRecipe], size: int, blend: float) -> Tiles:
    """Return the tiles of areas of one level.

    Arguments:
        areas: at least one, all of one level.
        size: side of the picture in pixels.
        blend: how far areas reach into their neighbours, as a share of half a tile, from 0 to 1.
    """
    count = 2 ** areas[0].level
    borders = np.round(np.linspace(0, size, count + 1)).astype(np.int64)
    widest = int(max(after - before for before, after in pairwise(borders)))
    reach = round(blend * widest / 2)
    side = min(widest + 2 * reach, size)
    # At the edge of the picture there is no neighbour, so the square is moved inwards.
    starts = np.clip(borders[:-1] - reach, 0, size - side)
    weights = np.stack([_weights(borders, index, int(starts[index]), side, reach) for index in range(count)])
    rows, columns = [area.row for area in areas], [area.column for area in areas]
    return Tiles(np.stack([starts[rows], starts[columns]], axis=1), side, weights[rows], weights[columns])


def _weights(borders: NDArray[np.int64], index: int, start: int, side: int, reach: int) -> NDArray[np.float32]:
    """Return the weight of each pixel of a square in one direction, (side,)."""
    pixels = np.arange(start, start + side) + 0.5
    weights = np.ones(side, np.float32)
    if index > 0:
        weights *= _ramp(pixels - borders[index], reach)
    if index < len(borders) - 2:
        weights *= _ramp(borders[index + 1] - pixels, reach)
    return weights


def _ramp(distance: NDArray[np.float64], reach: int) -> NDArray[np.float32]:
    """Return 0 outside a border, 1 inside, and a ramp between them; the ramps of two neighbours add up to 1."""
    if reach == 0:
        return (distance > 0).astype(np.float32)
    share = np.clip(0.5 + distance / (2 * reach), 0, 1)
    return (share * share * (3 - 2 * share)).astype(np.float32)
