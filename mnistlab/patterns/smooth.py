"""Images -> blurred images, Gaussian, as two small matrix products."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mnistlab.recipes.network import IMAGE_SIZE


@lru_cache(maxsize=64)
def blur_matrix(deviation: float, size: int = IMAGE_SIZE) -> NDArray[np.float32]:
    """Return M (size, size) such that M · image · Mᵀ is blurred with this standard deviation in pixels.

    The sum of each row is 1, so a constant image does not change, even at its border.
    """
    positions = np.arange(size)
    # Any minimum far below float32's precision will do; it prevents a division by zero for a deviation of 0.
    weights = np.exp(-0.5 * ((positions[:, None] - positions) / max(deviation, 1e-3)) ** 2)
    matrix: NDArray[np.float32] = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    matrix.setflags(write=False)
    return matrix


def smooth(image: NDArray[np.float32], deviation: float) -> NDArray[np.float32]:
    """Return `image` (28, 28) blurred; a deviation of 0 leaves it as it is."""
    matrix = blur_matrix(deviation)
    if not deviation:
        return image
    return (matrix @ image @ matrix.T).astype(np.float32)
