"""Outputs of a network for a few digits."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.engine.tasks.asked import Context, asked

# Layer, map, and the factor for its values.
Factors = Sequence[tuple[str, int, float]]


@asked
def read_digits(context: Context, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the network's outputs (count, classes) for images (count, 28, 28) uint8."""
    from mnistlab.cnn.cache import model_of
    from mnistlab.data.standardise import standardise

    result: NDArray[np.float32] = model_of(context.network)(standardise(images)[..., None], training=False).numpy()
    return result


@asked
def read_layers(context: Context, images: NDArray[np.uint8], factors: Factors = ()) -> dict[str, NDArray[np.float32]]:
    """Return the output of every layer for images (count, 28, 28) uint8, by the layers' names."""
    from mnistlab.cnn.activations import activations
    from mnistlab.cnn.cache import model_of

    return activations(model_of(context.network), images, factors)
