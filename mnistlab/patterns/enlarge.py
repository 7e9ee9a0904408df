"""Values on a coarse grid -> images of 28×28, bicubic or bilinear."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnistlab.recipes.network import IMAGE_SIZE


@cache
def enlarging_matrix(
    grid: int, size: int = IMAGE_SIZE, resampling: Image.Resampling = Image.Resampling.BICUBIC
) -> NDArray[np.float32]:
    """Return M (size, grid) such that M · values · Mᵀ is the result of a filter of Pillow's for `values` (grid, grid)."""
    unit = Image.fromarray(np.eye(grid, dtype=np.float32))
    matrix = np.asarray(unit.resize((grid, size), resampling), np.float32)
    matrix.setflags(write=False)
    return matrix


def enlarge(
    values: NDArray[np.floating], resampling: Image.Resampling = Image.Resampling.BICUBIC
) -> NDArray[np.float32]:
    """Return images (count, 28, 28) of values (count, grid, grid); the bilinear filter never leaves their range."""
    matrix = enlarging_matrix(values.shape[-1], resampling=resampling)
    enlarged: NDArray[np.float32] = matrix @ values.astype(np.float32) @ matrix.T
    return enlarged
