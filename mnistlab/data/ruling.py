"""Ink on a picture -> the same without the lines of ruled or squared paper, a margin, or a fold."""

import numpy as np

from mnistlab.data.ink import Mask, grown, widest
from mnistlab.data.pieces import numbered

# A ruled line is longer than this part of the picture, and no thicker than this one, with so many pixels more for its soft edges.
LONG, THIN, SOFT = 0.45, 0.012, 3
# Directions in which lines are looked for: rows up or down over the whole width, as parts of it.
SLOPES = np.linspace(-0.16, 0.16, 17)
# A line alone is ruled if it runs into the rim, to so many parts of the picture; several are wherever they end.
TO_RIM, SEVERAL = 0.03, 3


def without_lines(ink: Mask, faint: Mask) -> Mask:
    """Return ink without the lines of ruled or squared paper, a margin, or a fold.

    Arguments:
        ink: (rows, columns).
        faint: likewise, and fainter ink besides: there a line is whole of which only the darkest parts are ink.
    """
    return ink & ~(_lines(faint) | _lines(faint.T).T)


def _lines(ink: Mask) -> Mask:
    """Return what belongs to long thin lines that run from left to right."""
    rows, columns = ink.shape
    thick = round(THIN * max(ink.shape)) + SOFT
    # Where a stroke crosses a line it is no longer thin, and stays.
    is_thin = ink & ~widest(widest(ink, thick // 2, 0, narrowest=True), thick // 2, 0)
    soft, length = widest(ink, 1, 0), round(LONG * columns)
    found, across = np.zeros_like(ink), np.arange(columns)
    for slope in SLOPES:
        # The picture sheared, so that lines of this slope lie in its rows.
        row_of = np.arange(rows)[:, None] + np.rint(slope * (across - columns / 2)).astype(int)
        sheared = soft[row_of.clip(0, rows - 1), across] & (row_of >= 0) & (row_of < rows)
        if sheared.sum(axis=1).max() >= length:
            # Where a row holds a line, what else lies in it is more of it.
            at = np.nonzero(sheared & _has_run(sheared, length)[:, None])
            found[row_of[at], at[1]] = True
    return grown(_ruled(found & is_thin), 1) & is_thin


def _has_run(mask: Mask, length: int) -> Mask:
    """Return which rows (rows,) of a mask hold a run of a given length at least; gaps of two pixels are none."""
    closed = widest(widest(mask, 1, 1), 1, 1, narrowest=True)
    sums = np.cumsum(np.pad(closed, ((0, 0), (1, 0))), axis=1)
    found: Mask = (sums[:, length:] - sums[:, :-length] == length).any(axis=1)
    return found


def _ruled(lines: Mask) -> Mask:
    """Drop lines that may be strokes: those alone that end within the picture."""
    numbers = np.where(lines, numbered(grown(lines, 2)), 0)
    if numbers.max(initial=0) >= SEVERAL:
        return lines
    edge = max(1, round(TO_RIM * lines.shape[1]))
    at_rim = np.unique(np.concatenate([numbers[:, :edge], numbers[:, -edge:]], axis=1))
    return np.isin(numbers, at_rim[at_rim > 0])
