"""What a network reads, in small: bars and words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.ui.parts.text import as_html

# The largest share below this is no clear answer.
CLEAR = 0.5
# And a second one below this says nothing.
WORTH_TELLING = 0.01


def as_bars(shares: NDArray[np.float64], classes: Sequence[str]) -> str:
    """Return shares (classes,) as HTML: a bar for each, its class below; for the eye only, beside words."""
    bars = "".join(f"<span style='height:{100 * share:.1f}%'></span>" for share in shares)
    axis = "".join(f"<span>{as_html(name)}</span>" for name in classes)
    columns = f"style='--classes:{len(classes)}'"
    return f"<div aria-hidden='true' {columns}><div class='lab-bars'>{bars}</div><div class='lab-bars-axis'>{axis}</div></div>"


def in_words(shares: NDArray[np.float64], classes: Sequence[str]) -> str:
    """Return what is read and how surely, such as “read as 4 with 71.3 %, next 9 with 20.1 %”."""
    first, second = np.argsort(-shares, kind="stable")[:2]
    words = f"read as {classes[first]} with {100 * shares[first]:.1f} %"
    if shares[second] < WORTH_TELLING:
        return words
    return f"{words}, next {classes[second]} with {100 * shares[second]:.1f} %"
