"""A digit and a network -> drawn digits that the network reads as each class, where a way to that class may end.

A way that ends at a picture read as a class comes to that class for certain. The pictures are drawn by the generator of the embedded digits.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.cnn.explanations.chain import NetworkChain
from mnistlab.data import embedded
from mnistlab.data.scaling import for_ascent

# Digits drawn of each of the ten digits, and the seed they are drawn with.
DRAWN, SEED = 40, 43


@dataclass(frozen=True, eq=False)
class Ends:
    """Digits that the generator draws, and what the network reads.

    Attributes:
        latents: (count, latents) float32.
        labels: (count,) int64, what was drawn.
        pictures: (count, 28, 28) uint8, the most alike to the digit first.
        read: (count,) int64, the classes that the network reads.
    """

    latents: NDArray[np.float32]
    labels: NDArray[np.int64]
    pictures: NDArray[np.uint8]
    read: NDArray[np.int64]

    def picture(self, label: int) -> NDArray[np.uint8] | None:
        """Return the picture (28, 28) uint8 most like the digit that is read as a class; None if there is none."""
        hits = np.flatnonzero(self.read == label)
        return self.pictures[hits[0]] if len(hits) else None

    def written(self, label: int) -> NDArray[np.float32] | None:
        """Return the latents (latents,) of the picture most like the digit that was drawn as a class and is read as it; None if there is none."""
        hits = np.flatnonzero((self.read == label) & (self.labels == label))
        return self.latents[hits[0]] if len(hits) else None


def ends_for(chain: NetworkChain, image: NDArray[np.uint8]) -> Ends:
    """Return drawn digits for the ways from a digit (28, 28) uint8.

    Raises:
        DataError: the generator's file cannot be used.
    """
    labels = np.repeat(np.arange(embedded.CLASSES), DRAWN)
    latents = embedded.sample_latents(labels, SEED)
    pictures = embedded.decode(latents, labels)
    order = np.argsort(((pictures.astype(np.float32) - image) ** 2).sum(axis=(1, 2)), kind="stable")
    latents, labels, pictures = latents[order], labels[order], pictures[order]
    outputs = chain.outputs(for_ascent(pictures, chain.network.recipe.scaling))
    return Ends(latents, labels, pictures, outputs.argmax(axis=1))
