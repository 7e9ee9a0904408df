"""Maps -> deletion and insertion curves, beside two controls: whether the pixels that a method marks are those that the answer rests on.

Ink is taken away (or put on a blank picture) pixel by pixel in the order of the method, a tenth of all ink at a time, and what is left of the answer is
read. Ink is what a pixel has above the darkest value of the picture; a pixel without ink becomes that value. Ground has no ink, so a method is asked which
*strokes* count. (A changed picture is not standardised anew: the pixels that stay keep their values, as methods take it.)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.explanations.chain import Pictures
from mnistlab.explanations.methods import PART, Task

# Steps of a curve, the start included; and the controls beside the methods: an explanation that does no better explains nothing.
POINTS = 11
CONTROLS = ("random", "ink")
# Shares of ink are compared with this tolerance, so that rounding does not decide about a pixel.
TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Curves:
    """Curves of methods and of the controls, which come last, in the order of CONTROLS.

    Attributes:
        deletion: (methods + 2, count, 11) float32, what is left of the answer after 0, 10, … 100 % of the ink were taken away: the probability of
            the class (of one against the other, for a difference), or the share of the map's activation.
        insertion: (methods + 2, count, 11) float32, the same after so much of the ink was put on a blank picture.
    """

    deletion: NDArray[np.float32]
    insertion: NDArray[np.float32]

    @property
    def areas(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the areas below both curves, (methods + 2, count) each; small is good for deletion, large for insertion."""
        return area(self.deletion), area(self.insertion)


def area(curves: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the area below curves (…, points) over the share of ink, from 0 to 1, by trapezoids."""
    found: NDArray[np.float32] = (curves[..., 1:] + curves[..., :-1]).mean(axis=-1) / 2
    return found


def controls(pictures: Pictures, seed: int = 0) -> NDArray[np.float32]:
    """Return what ranks the pixels of pictures (count, 28, 28) in the two controls, (2, count, 28, 28): chance, and the ink itself."""
    chance = np.random.default_rng(seed).random(pictures.shape[1:]).astype(np.float32)
    return np.stack([np.broadcast_to(chance, pictures.shape), pictures])


def deletion_insertion(task: Task, ranks: NDArray[np.float32]) -> Curves:
    """Return the curves of methods and controls.

    Arguments:
        task: the pictures and what is asked of each.
        ranks: (methods, count, 28, 28) float32, by what each method ranks the pixels, `Method.order`.
    """
    with_controls = np.concatenate([ranks, controls(task.pictures, task.choices.seed)])
    places = np.stack([places_of(rank, task.pictures, task.choices.seed) for rank in with_controls])
    blank = np.broadcast_to(task.pictures.min(axis=(1, 2), keepdims=True), task.pictures.shape)
    start, end = (_certainty(task, pictures, np.arange(len(pictures))) for pictures in (task.pictures, blank))
    return Curves(
        _curve(task, places, task.pictures, blank, start, end), _curve(task, places, blank, task.pictures, end, start)
    )


def places_of(rank: NDArray[np.float32], pictures: Pictures, seed: int) -> NDArray[np.float32]:
    """Return when each pixel's turn is, (count, 28, 28): the share of all ink that is in pixels before it, 0 for the first; 2 for ground, whose turn never is.

    Arguments:
        rank: (count, 28, 28), the largest first; among equals chance decides.
        pictures: (count, 28, 28); ink is what is above their darkest value.
        seed: of that chance.
    """
    chance = np.random.default_rng([seed, 1]).random(rank[0].size)
    found = np.full((len(rank), rank[0].size), 2, np.float32)
    for place, values, picture in zip(found, rank.reshape(len(rank), -1), pictures.reshape(len(rank), -1), strict=True):
        ink = picture - picture.min()
        inked = np.flatnonzero(ink)
        order = inked[np.lexsort((chance[inked], -values[inked]))]
        taken = np.cumsum(ink[order], dtype=np.float64)
        place[order] = (taken - ink[order]) / taken[-1:]
    return found.reshape(rank.shape)


def _curve(
    task: Task, places: NDArray[np.float32], before: Pictures, after: Pictures, start: Pictures, end: Pictures
) -> NDArray[np.float32]:
    """Return the curves (methods, count, points) of pictures that turn from `before` into `after`; `start` and `end`: the answers (count,) to those."""
    methods, count = places.shape[:2]
    curves = np.empty((methods, count, POINTS), np.float32)
    curves[..., 0], curves[..., -1] = start, end
    shares = np.linspace(0, 1, POINTS)[1:-1]
    every = methods * count * len(shares)
    inner = np.empty(every, np.float32)
    for first in range(0, every, PART):
        flat = np.arange(first, min(first + PART, every))
        method, digit, step = np.unravel_index(flat, (methods, count, len(shares)))
        turned = places[method, digit] < (shares[step] - TOLERANCE)[:, None, None]
        inner[flat] = _certainty(task, np.where(turned, after[digit], before[digit]), digit)
    curves[..., 1:-1] = inner.reshape(methods, count, len(shares))
    return curves


def _certainty(task: Task, pictures: Pictures, digits: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the answers (part,) to changed pictures (part, 28, 28) of these digits (part,)."""
    found: NDArray[np.float32] = task.chain.certainty(pictures, [task.questions[index] for index in digits])
    return found


def left_after(curves: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Return the value of curves (…, points) at a share of the ink."""
    at = np.linspace(0, 1, POINTS)
    return np.apply_along_axis(lambda curve: np.interp(share, at, curve), -1, curves).astype(np.float32)


def names_with_controls(methods: Sequence[str]) -> list[str]:
    """Return the names of the rows of curves."""
    return [*methods, *CONTROLS]
