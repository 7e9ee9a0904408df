"""Two pictures -> how large the change from one to the other is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Larger steps of grey than this on any pixel can be seen without looking for them; as a share of the way from black to white.
THIN = 0.25
# Up to this average step of the pixels that change, a change is faint on the whole; as a share of the same way.
FAINT = 0.1


@dataclass(frozen=True)
class Size:
    """The size of a change.

    Attributes:
        spread: root of the mean square over all pixels, in grey values of 255.
        ink: all that was added and taken away, as a share of the ink that the first picture has; 0 if it has none.
        step: largest step of a pixel, in grey values of 255.
        pixels: number of pixels that have changed.
        mean: average step of the pixels that have changed, in grey values of 255; 0 if none has.
    """

    spread: float
    ink: float
    step: int
    pixels: int
    mean: float


def size_of(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> Size:
    """Return the size of the change between two pictures of the same shape."""
    change = after.astype(np.int64) - before
    ink, much = int(before.astype(np.int64).sum()), int(np.abs(change).sum())
    pixels = int((change != 0).sum())
    return Size(
        float(np.sqrt((change**2).mean())),
        much / ink if ink else 0.0,
        int(np.abs(change).max()),
        pixels,
        much / pixels if pixels else 0.0,
    )


def is_thin(size: Size) -> bool:
    """Return whether no pixel has changed so much that it strikes the eye."""
    return size.step <= THIN * 255


def is_faint(size: Size) -> bool:
    """Return whether the pixels that have changed have done so by little on average, whatever single ones do."""
    return size.mean <= FAINT * 255
