"""What a network makes of a few digits."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.engine.tasks.asked import Desk, asked

# Layer, map, and by how much what it says is multiplied.
Factors = Sequence[tuple[str, int, float]]


@asked
def read_digits(desk: Desk, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return what the network makes of images (count, 28, 28) uint8: outputs (count, classes)."""
    from mnistlab.cnn.cache import model_of
    from mnistlab.cnn.network import network_input

    model = model_of(desk.network)
    result: NDArray[np.float32] = model(network_input(model, images), training=False).numpy()
    return result


@asked
def see_digits(desk: Desk, images: NDArray[np.uint8], factors: Factors = ()) -> dict[str, NDArray[np.float32]]:
    """Return what every layer of the network makes of images (count, 28, 28) uint8, by the layers' names."""
    from mnistlab.cnn.activations import activations
    from mnistlab.cnn.cache import model_of

    return activations(model_of(desk.network), images, factors)
