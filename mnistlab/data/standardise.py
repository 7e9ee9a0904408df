"""Images of any grey scale -> standardised images: mean 0, spread 1, each on its own.

The one definition for training, inference, ascent and carving (algorithms.md §2).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Pixels standardised at a time: keeps the float32 copies of a chunk of digits within a processor's cache, and those of large tiles few.
CHUNK_PIXELS = 1_500_000


def standardise(images: NDArray[Any]) -> NDArray[np.float32]:
    """Subtract each image's mean and divide by max(its standard deviation, 1 / sqrt(number of pixels)).

    Arguments:
        images: (batch, rows, columns), any number type.

    Returns:
        (batch, rows, columns) float32; an image of one grey value becomes zero everywhere.
    """
    result = np.empty(images.shape, np.float32)
    least = 1 / np.sqrt(images.shape[1] * images.shape[2])
    step = max(1, CHUNK_PIXELS // (images.shape[1] * images.shape[2]))
    for start in range(0, len(images), step):
        # The floor of the spread is meant for grey values from 0 to 1.
        chunk = images[start : start + step].astype(np.float32)
        if images.dtype == np.uint8:
            chunk /= 255
        chunk -= chunk.mean(axis=(1, 2), keepdims=True)
        result[start : start + step] = chunk / np.maximum(chunk.std(axis=(1, 2), keepdims=True), least)
    return result
