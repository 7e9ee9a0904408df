"""A picture and a linear wish -> the picture nearest to it that fulfils the wish, with grey values that exist."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
# Halvings of the length of the step: float32 knows no finer ones.
HALVINGS = 30
# With the longest step every pixel whose slope is more than a millionth of the largest one has come to its end; the shortest, as a share of it,
# changes none by a millionth. A slope below FLAT is none.
LONGEST, SHORTEST, FLAT = np.float32(1e6), np.float32(1e-12), 1e-12


def nearest(points: Floats, slopes: Floats, wanted: Floats) -> Floats:
    """Return the nearest points in the box from 0 to 1 at which a linear score has changed as wanted; where none has, the corner that comes closest.

    Arguments:
        points: (count, pixels) from 0 to 1.
        slopes: (count, pixels), of the score.
        wanted: (count,), by how much it is to change.

    Returns:
        (count, pixels) from 0 to 1.
    """
    # The nearest point lies on clip(point + length · slope): a longer step changes the score by more.
    up = np.where(wanted < 0, -1, 1).astype(np.float32)[:, None] * slopes
    much = np.abs(wanted)
    largest = np.abs(up).max(axis=1)
    longest = LONGEST / np.maximum(largest, np.float32(FLAT))

    def moved(lengths: Floats) -> Floats:
        found: Floats = (points + lengths[:, None] * up).clip(0, 1)
        return found

    # Between lengths that differ by powers of ten, the middle is that of their powers.
    shortest = longest * SHORTEST
    for _ in range(HALVINGS):
        middle = np.sqrt(shortest * longest)
        is_enough = ((moved(middle) - points) * up).sum(axis=1) >= much
        longest, shortest = np.where(is_enough, middle, longest), np.where(is_enough, shortest, middle)
    return np.where((much > 0)[:, None], moved(longest), points)
