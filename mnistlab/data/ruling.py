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


def without_lines(ink: Mask) -> Mask:
    """Return ink (rows, columns) without the lines of ruled or squared paper, a margin, or a fold."""
    return ink & ~(_lines(ink) | _lines(ink.T).T)


def _lines(ink: Mask) -> Mask:
    """Return what belongs to long thin lines that run from left to right."""
    rows, columns = ink.shape
    thick = round(THIN * max(ink.shape)) + SOFT
    # Where a stroke crosses a line it is no longer thin, and stays.
    is_thin = ink & ~np.asarray(widest(widest(ink, thick // 2, 0, narrowest=True), thick // 2, 0))
    if not is_thin.any():
        return is_thin
    soft = np.asarray(widest(ink, 1, 0))
    length = round(LONG * columns)
    found = np.zeros_like(ink)
    across = np.arange(columns)
    for slope in SLOPES:
        shift = np.rint(slope * (across - columns / 2)).astype(int)
        row_of = np.arange(rows)[:, None] + shift[None]
        inside = (row_of >= 0) & (row_of < rows)
        straight = soft[row_of.clip(0, rows - 1), across[None]] & inside
        if straight.sum(axis=1).max(initial=0) < length:
            continue
        long = _long_runs(straight, length)
        if long.any():
            place_rows, place_columns = np.nonzero(long)
            found[row_of[place_rows, place_columns], place_columns] = True
    return grown(_ruled(found & is_thin), 1) & is_thin


def _long_runs(mask: Mask, length: int) -> Mask:
    """Return the runs of a mask along its rows that have a given length at least; gaps of two pixels are none."""
    closed = np.asarray(widest(widest(mask, 1, 1), 1, 1, narrowest=True))
    sums = np.cumsum(np.pad(closed, ((0, 0), (1, 0))), axis=1)
    full = (sums[:, length:] - sums[:, :-length]) == length
    ends = np.zeros_like(mask)
    marks = np.zeros((len(mask), mask.shape[1] + 1), np.int64)
    marks[:, : full.shape[1]] += full
    marks[:, length:] -= full
    ends[:] = np.cumsum(marks, axis=1)[:, :-1] > 0
    return ends & mask


def _ruled(lines: Mask) -> Mask:
    """Drop lines that may be strokes: those alone that end within the picture."""
    if not lines.any():
        return lines
    columns = lines.shape[1]
    edge = max(1, round(TO_RIM * columns))
    numbers = numbered(grown(lines, 2))
    of_line = np.where(lines, numbers, 0)
    count = numbers.max()
    reach = [{int(one) for one in np.unique(part) if one} for part in (of_line[:, :edge], of_line[:, columns - edge :])]
    both, any_rim = reach[0] & reach[1], reach[0] | reach[1]
    kept = set(range(1, count + 1)) if count >= SEVERAL else both | any_rim
    return np.isin(of_line, list(kept)) & lines
