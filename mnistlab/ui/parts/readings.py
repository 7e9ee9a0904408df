"""A network's reading of a digit as small bars and words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.ui.parts.text import as_html

# With a smaller largest share there is no clear reading.
CLEAR = 0.5
# A smaller second share is not mentioned.
WORTH_TELLING = 0.01


def as_bars(shares: NDArray[np.float64], classes: Sequence[str]) -> str:
    """Return shares (classes,) as HTML: a bar for each, with its class below; decorative, to be accompanied by words."""
    bars = "".join(f"<span style='height:{100 * share:.1f}%'></span>" for share in shares)
    axis = "".join(f"<span>{as_html(name)}</span>" for name in classes)
    columns = f"style='--classes:{len(classes)}'"
    return f"<div aria-hidden='true' {columns}><div class='lab-bars'>{bars}</div><div class='lab-bars-axis'>{axis}</div></div>"


def doubt(shares: NDArray[np.float64]) -> list[str]:
    """Return a sentence where no class has a clear share, else nothing."""
    return [] if shares.max() >= CLEAR else [f"No clear answer, and it must choose one of {len(shares)}."]


def in_words(shares: NDArray[np.float64], classes: Sequence[str]) -> str:
    """Return the reading and its share, such as “read as 4 with 71.3 %, next 9 with 20.1 %”."""
    first, second = np.argsort(-shares, kind="stable")[:2]
    words = f"read as {classes[first]} with {100 * shares[first]:.1f} %"
    if shares[second] < WORTH_TELLING:
        return words
    return f"{words}, next {classes[second]} with {100 * shares[second]:.1f} %"
