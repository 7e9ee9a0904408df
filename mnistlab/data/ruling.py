"""Remove the lines of ruled or squared paper, margins and folds from the ink on a picture."""

import numpy as np

from mnistlab.data.ink import Mask, grown, widest
from mnistlab.data.pieces import numbered

# A ruled line is at least LONG and at most THIN, as shares of the picture, plus SOFT pixels for its soft edges.
LONG, THIN, SOFT = 0.45, 0.012, 3
# Slopes of lines tried: rows per column.
SLOPES = np.linspace(-0.16, 0.16, 17)
# A single line counts as ruled if it ends within this share of the rim; SEVERAL lines count wherever they end.
TO_RIM, SEVERAL = 0.03, 3


def without_lines(ink: Mask, faint: Mask) -> Mask:
    """Return ink without the lines of ruled or squared paper, margins and folds.

    Arguments:
        ink: (rows, columns).
        faint: (rows, columns), ink at a lower threshold, where lines have fewer gaps.
    """
    return ink & ~(_lines(faint) | _lines(faint.T).T)


def _lines(ink: Mask) -> Mask:
    """Return the pixels of long thin lines from left to right."""
    rows, columns = ink.shape
    thick = round(THIN * max(ink.shape)) + SOFT
    # Where a stroke crosses a line it is not thin, so it stays.
    is_thin = ink & ~widest(widest(ink, thick // 2, 0, narrowest=True), thick // 2, 0)
    soft, length = widest(ink, 1, 0), round(LONG * columns)
    found, across = np.zeros_like(ink), np.arange(columns)
    for slope in SLOPES:
        # Shear the picture so that lines of this slope become rows.
        row_of = np.arange(rows)[:, None] + np.rint(slope * (across - columns / 2)).astype(int)
        sheared = soft[row_of.clip(0, rows - 1), across] & (row_of >= 0) & (row_of < rows)
        if sheared.sum(axis=1).max() >= length:
            # The rest of a row with a line belongs to the line, too.
            at = np.nonzero(sheared & _has_run(sheared, length)[:, None])
            found[row_of[at], at[1]] = True
    return grown(_ruled(found & is_thin), 1) & is_thin


def _has_run(mask: Mask, length: int) -> Mask:
    """Return which rows (rows,) of a mask have a run of at least `length`; gaps of up to two pixels are ignored."""
    closed = widest(widest(mask, 1, 1), 1, 1, narrowest=True)
    sums = np.cumsum(np.pad(closed, ((0, 0), (1, 0))), axis=1)
    found: Mask = (sums[:, length:] - sums[:, :-length] == length).any(axis=1)
    return found


def _ruled(lines: Mask) -> Mask:
    """Remove lines that may be strokes: single ones that end inside the picture."""
    numbers = np.where(lines, numbered(grown(lines, 2)), 0)
    if numbers.max(initial=0) >= SEVERAL:
        return lines
    edge = max(1, round(TO_RIM * lines.shape[1]))
    at_rim = np.unique(np.concatenate([numbers[:, :edge], numbers[:, -edge:]], axis=1))
    return np.isin(numbers, at_rim[at_rim > 0])
