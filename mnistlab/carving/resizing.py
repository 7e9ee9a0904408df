"""Bicubic resizing with anti-aliasing, as products with two small matrices: a whole level of tiles at once."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnistlab.recipes.network import IMAGE_SIZE


@lru_cache(maxsize=32)
def resizing_matrix(size_in: int, size_out: int) -> NDArray[np.float32]:
    """Return M (size_out, size_in) such that M · image · Mᵀ is the result of Pillow's bicubic filter for `image`."""
    unit = Image.fromarray(np.eye(size_in, dtype=np.float32))
    matrix = np.asarray(unit.resize((size_in, size_out), Image.Resampling.BICUBIC), np.float32)
    matrix.setflags(write=False)
    return matrix


def down(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return images (count, size, size) reduced to the network's input size, (count, 28, 28)."""
    return _resized(images, resizing_matrix(images.shape[-1], IMAGE_SIZE))


def up(images: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Return images (count, 28, 28) enlarged to (count, size, size)."""
    return _resized(images, resizing_matrix(IMAGE_SIZE, size))


def _resized(images: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(matrix @ images @ matrix.T, np.float32)
