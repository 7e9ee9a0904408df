"""Names of colour maps -> tables of colours, for our own pictures and for Plotly.

Each is given by equidistant colours, with linear interpolation between them: viridis, magma and inferno as sampled by Plotly from their
authors' tables (public domain, CC0), so that a picture and a heat map of the same values look the same.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mnistlab.recipes.views import Colours

# Colours in a table; the remaining palette indices are for transparency and marks.
STEPS = 250
ANCHORS: dict[Colours, tuple[str, ...]] = {
    "viridis": ("440154", "482878", "3e4989", "31688e", "26828e", "1f9e89", "35b779", "6ece58", "b5de2b", "fde725"),
    "magma": ("000004", "180f3d", "440f76", "721f81", "9e2f7f", "cd4071", "f1605d", "fd9668", "feca8d", "fcfdbf"),
    "inferno": ("000004", "1b0c41", "4a0c6b", "781c6d", "a52c60", "cf4446", "ed6925", "fb9b06", "f7d13d", "fcffa4"),
    "jet": ("000080", "0000ff", "0080ff", "00ffff", "80ff80", "ffff00", "ff8000", "ff0000", "800000"),
    "binary": ("ffffff", "000000"),
}


@cache
def table(name: Colours) -> NDArray[np.uint8]:
    """Return the table (STEPS, 3) uint8 of a colour map, lowest value first."""
    anchors = np.array([[int(colour[start : start + 2], 16) for start in (0, 2, 4)] for colour in ANCHORS[name]])
    steps = np.linspace(0, len(anchors) - 1, STEPS)
    return np.stack(
        [np.rint(np.interp(steps, range(len(anchors)), anchors[:, part])) for part in range(3)], axis=1
    ).astype(np.uint8)


def scale_for_plotly(name: Colours) -> list[list[float | str]]:
    """Return the colour map as Plotly's `colorscale`."""
    anchors = ANCHORS[name]
    return [[index / (len(anchors) - 1), f"#{colour}"] for index, colour in enumerate(anchors)]
