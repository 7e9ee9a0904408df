"""Patterns -> their similarity up to shifts; groups of the same pattern; the best match between two atlases."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.keeping import kept
from mnistlab.patterns.smooth import blur_matrix

# Standard deviation in pixels of the blur that removes the fine grain of an OIP, which differs with each random start.
GRAIN = 1.5
# Correlation above which two OIPs show the same pattern: one in a hundred pairs from different maps reaches it, and about
# half of the pairs from the same map (measured on six maps of the reference network, 16 random starts each).
SAME = 0.65
# A shift of more than a quarter of the image would compare mostly its border.
MOST_SHIFT = 7


# Comparing all maps of an atlas with each other takes a tenth of a second.
@kept(most_bytes=4_000_000)
def similarities(
    left: NDArray[np.float32], right: NDArray[np.float32], most_shift: int = MOST_SHIFT
) -> NDArray[np.float32]:
    """Return the largest correlation of each pair of images over all shifts up to `most_shift` pixels, (n, m).

    Images are blurred by `GRAIN` first, and shifted over a grey background, not wrapped round.

    Arguments:
        left: (n, 28, 28), any grey scale.
        right: (m, 28, 28), any grey scale.
        most_shift: largest shift in pixels, up and down, left and right.
    """
    first, size = _unit(left).reshape(len(left), -1), right.shape[-1]
    # Each shift is one product of all images with all others, which is ten times as fast as a Fourier transform of each pair.
    wide = np.pad(_unit(right), [(0, 0), (most_shift, most_shift), (most_shift, most_shift)])
    result = np.full((len(left), len(right)), -1, np.float32)
    for row in range(2 * most_shift + 1):
        for column in range(2 * most_shift + 1):
            shifted = wide[:, row : row + size, column : column + size].reshape(len(right), -1)
            np.maximum(result, first @ shifted.T, out=result)
    return result


def group(images: NDArray[np.float32], same: float = SAME) -> NDArray[np.int64]:
    """Return the number of each image's group, (n,); groups are numbered by their first image.

    Two images are in one group if a chain of images leads from one to the other, each similar to the next.
    """
    alike = similarities(images, images) >= same
    groups = np.full(len(images), -1, np.int64)
    for first in range(len(images)):
        if groups[first] >= 0:
            continue
        members = np.zeros(len(images), bool)
        members[first] = True
        while (grown := alike[members].any(axis=0) | members).sum() > members.sum():
            members = grown
        groups[members] = groups.max() + 1
    return groups


@dataclass(frozen=True)
class Match:
    """The map of a second atlas that is most similar to each map of a first. `partner`: (n,) int64; `similarity`: (n,) float32."""

    partner: NDArray[np.int64]
    similarity: NDArray[np.float32]

    @property
    def mean(self) -> float:
        """The mean similarity of two atlases: 1 if every map has an exact match."""
        return float(self.similarity.mean())


def best_matches(first: NDArray[np.float32], second: NDArray[np.float32]) -> Match:
    """Return the best match in `second` (m, 28, 28) for each image of `first` (n, 28, 28)."""
    table = similarities(first, second)
    return Match(table.argmax(axis=1), table.max(axis=1))


def _unit(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return each image without its grain, with mean 0 and length 1; a constant image becomes zero."""
    matrix = blur_matrix(GRAIN, images.shape[-1])
    smoothed = (matrix @ images @ matrix.T).astype(np.float64)
    centred = smoothed - smoothed.mean(axis=(1, 2), keepdims=True)
    length = np.sqrt((centred**2).sum(axis=(1, 2), keepdims=True))
    scaled: NDArray[np.float32] = (centred / np.maximum(length, 1e-12)).astype(np.float32)
    return scaled
