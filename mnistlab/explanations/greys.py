"""Grey values of a picture -> what an explanation's network takes in, and the way back of a gradient.

Methods of explanation ask about the picture as it comes to the network. Whoever changes a picture changes its grey values: there it has a darkest and a
brightest value that it can have, and a standardised picture moves as a whole when one of its pixels does.
"""

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.scaling import RANGES
from mnistlab.data.standardise import standardise
from mnistlab.recipes.network import IMAGE_SIZE, Scaling

WHITE = 255
Floats = NDArray[np.float32]
# As in `standardise`: the least spread that a picture is divided by.
LEAST_SPREAD = 1 / IMAGE_SIZE


def as_pictures(greys: Floats, scaling: Scaling) -> Floats:
    """Return grey values (count, 28, 28) from 0 to 1 as `for_ascent` returns those of digits."""
    if scaling == "standardised":
        return standardise(greys)
    found = RANGES["mnist"]
    return (greys * np.float32(found.white - found.black) + np.float32(found.black)).astype(np.float32)


def to_greys(gradients: Floats, greys: Floats, scaling: Scaling) -> Floats:
    """Return the gradients with respect to grey values of scores whose gradients with respect to the pictures are known.

    Arguments:
        gradients: (count, 28, 28), with respect to what `as_pictures` returns for `greys`.
        greys: (count, 28, 28) from 0 to 1.
        scaling: of the network.
    """
    if scaling != "standardised":
        return gradients * np.float32(RANGES["mnist"].white - RANGES["mnist"].black)
    spread = greys.std(axis=(1, 2), keepdims=True)
    pictures = standardise(greys)
    # A change of all pixels together changes nothing, nor does one of the contrast, unless there is hardly any.
    along = np.where(spread > LEAST_SPREAD, (gradients * pictures).mean(axis=(1, 2), keepdims=True), 0)
    found: Floats = (gradients - gradients.mean(axis=(1, 2), keepdims=True) - pictures * along) / np.maximum(
        spread, LEAST_SPREAD
    )
    return found.astype(np.float32)


def as_bytes(greys: Floats) -> NDArray[np.uint8]:
    """Return grey values from 0 to 1 as the nearest of the 256 that a picture has."""
    found: NDArray[np.uint8] = np.rint(WHITE * greys.clip(0, 1)).astype(np.uint8)
    return found
