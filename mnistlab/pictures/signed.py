"""Values above and below zero -> red and blue on white, the same colour for the same size on either side."""

import numpy as np
from numpy.typing import NDArray

# For and against: as dark as each other, and told apart by whoever does not see red or green.
FOR, AGAINST = (178, 24, 43), (33, 102, 172)


def signed_picture(values: NDArray[np.float32], most: float | None = None) -> NDArray[np.uint8]:
    """Return values (…) as colours (…, 3) uint8: white at zero, red above, blue below.

    Arguments:
        values: any shape.
        most: size of value with the full colour; None: the largest there is.
    """
    largest = float(np.abs(values).max()) if most is None else most
    strength = np.clip(np.abs(values) / largest, 0, 1) if largest else np.zeros(values.shape)
    colours = np.where((values > 0)[..., None], FOR, AGAINST)
    shades: NDArray[np.uint8] = np.rint(255 - strength[..., None] * (255 - colours)).astype(np.uint8)
    return shades
