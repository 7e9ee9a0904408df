"""Which points of a layer are active for one class of digits and not for another (algorithms.md §7).

A point is one node of one map; the points of a layer are numbered in the order rows, columns, maps. A point is active for a digit if its value
exceeds a fraction of the largest value of its map on the test set.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Pattern:
    """The points that distinguish class A from class B.

    Attributes:
        in_a, in_b: (points,) share of A's and of B's digits in which each point is active.
        unique: (points,) bool, common to A and rare in B.
        shared: (points,) bool, common to A and not rare in B.
    """

    in_a: NDArray[np.float64]
    in_b: NDArray[np.float64]
    unique: NDArray[np.bool_]
    shared: NDArray[np.bool_]


def activity(values: NDArray[np.float32], ceilings: NDArray[np.float32], fraction: float) -> NDArray[np.bool_]:
    """Return which points are active, (digits, points).

    Arguments:
        values: (digits, rows, columns, maps) or (digits, nodes).
        ceilings: (maps,) or (nodes,), the largest value of each on the test set.
        fraction: share of its ceiling that a point must exceed; a map that never gets above zero has no active points.
    """
    active = (values > fraction * ceilings) & (ceilings > 0)
    return active.reshape(len(values), -1)


def pattern(in_a: NDArray[Any], in_b: NDArray[Any], common: float, unique: float) -> Pattern:
    """Return the pattern of A against B, from the shares (points,) of digits in which each point is active.

    Arguments:
        in_a: shares for class A.
        in_b: shares for class B.
        common: smallest share in A of a common point.
        unique: largest share in B of a unique point.
    """
    # A share of 0.7 in 10 digits is 7 digits, even if 7 / 10 is stored a little below 0.7.
    is_common = in_a >= common - 1e-9
    is_rare = in_b <= unique + 1e-9
    return Pattern(in_a, in_b, is_common & is_rare, is_common & ~is_rare)


def telling(pattern: Pattern, count: int) -> NDArray[np.int64]:
    """Return the points that tell A from B best: those with the largest difference of shares, best first."""
    order = np.argsort(pattern.in_b - pattern.in_a, kind="stable")[:count]
    return order[pattern.in_a[order] > pattern.in_b[order]]


def position_of(point: int, shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Return map, row and column of a point of a layer of `shape` (rows, columns, maps) or (nodes,)."""
    if len(shape) == 1:
        return point, 0, 0
    row, column, index = (int(part) for part in np.unravel_index(point, shape))
    return index, row, column
