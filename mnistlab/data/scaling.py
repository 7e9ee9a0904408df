"""Digits -> what a network takes in: as the grey values it learned from were scaled.

All networks trained here see standardised pictures; one that somebody brings may have learned from others (docs/decisions/0034). An ascent makes
standardised pictures whatever the network. To such a network they come as digits that have the mean and spread of MNIST:
its input is `factor` · picture + `shift`, and digits, too, are brought to that scale before they go the way of an ascent.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.standardise import standardise
from mnistlab.recipes.network import Scaling

# Of all pixels of MNIST's training digits, as grey values from 0 to 1: the two numbers that networks are trained with elsewhere.
MEAN, SPREAD = 0.1307, 0.3081
WHITE = 255


@dataclass(frozen=True)
class Range:
    """Grey values from `black` to `white`, which a network takes in as they are."""

    black: float
    white: float

    @property
    def factor(self) -> float:
        """What a picture of mean 0 and spread 1 is multiplied by."""
        return SPREAD * (self.white - self.black)

    @property
    def shift(self) -> float:
        """What is added to it."""
        return self.black + MEAN * (self.white - self.black)


RANGES: dict[Scaling, Range] = {
    "unit": Range(0, 1),
    "signed": Range(-1, 1),
    "bytes": Range(0, 255),
    "mnist": Range(-MEAN / SPREAD, (1 - MEAN) / SPREAD),
}
SCALINGS: dict[Scaling, str] = {
    "standardised": "standardised pictures",
    "unit": "grey values from 0 to 1",
    "signed": "grey values from −1 to 1",
    "bytes": "grey values from 0 to 255",
    "mnist": "grey values less the mean of MNIST, over its spread",
}


def scaled(images: NDArray[np.uint8], scaling: Scaling) -> NDArray[np.float32]:
    """Return digits (count, 28, 28) uint8 as a network of this scaling takes them in, float32."""
    if scaling == "standardised":
        return standardise(images)
    found = RANGES[scaling]
    values = images.astype(np.float32)
    values *= np.float32((found.white - found.black) / WHITE)
    values += np.float32(found.black)
    return values


def for_ascent(images: NDArray[np.uint8], scaling: Scaling) -> NDArray[np.float32]:
    """Return digits (count, 28, 28) uint8 as they stand beside the pictures of an ascent: standardised, or by MNIST's mean and spread."""
    return scaled(images, "standardised" if scaling == "standardised" else "mnist")
