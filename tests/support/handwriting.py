"""MNIST-like digits -> the strokes of somebody who draws them large on a pad."""

from itertools import pairwise

import numpy as np
from PIL import Image

ENLARGED = 4


def strokes_of(image, rng=None):
    """Return strokes as a pad sends them: the skeleton of the digit (28, 28) uint8, as lines between neighbouring points.

    Arguments:
        image: the digit.
        rng: moves and scales the digit on the pad at random; None: it fills the pad.
    """
    side = 28 * ENLARGED
    large = np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC)) > 110
    points = np.argwhere(thinned(large))
    known = {tuple(point) for point in points}
    scale, down, right = (
        (1.0, 0.0, 0.0) if rng is None else (rng.uniform(0.45, 1.0), rng.uniform(0, 1), rng.uniform(0, 1))
    )
    factor = scale * 1000 / side

    def on_pad(point):
        row, column = (np.array(point) + 0.5) * factor + (1 - scale) * 1000 * np.array([down, right])
        return [round(float(column)), round(float(row))]

    strokes = []
    for row, column in known:
        neighbours = [(row, column + 1), (row + 1, column - 1), (row + 1, column), (row + 1, column + 1)]
        for other in neighbours:
            if other in known:
                strokes.append(on_pad((row, column)) + on_pad(other))
    return joined(strokes) or [on_pad(points[0]) * 2]


def joined(pieces):
    """Join pieces that share an end into longer strokes, so that there are as few as somebody would draw."""
    pieces = [list(piece) for piece in pieces]
    strokes = []
    while pieces:
        stroke = pieces.pop()
        found = True
        while found:
            found = False
            for place, piece in enumerate(pieces):
                if piece[:2] == stroke[-2:]:
                    stroke += piece[2:]
                elif piece[2:] == stroke[-2:]:
                    stroke += piece[:2]
                else:
                    continue
                pieces.pop(place)
                found = True
                break
        strokes.append(stroke)
    return strokes


def thinned(ink):
    """Return the skeleton of ink (rows, columns) bool, one pixel wide (Zhang and Suen, 1984)."""
    ink = np.pad(ink, 1).astype(np.uint8)
    while True:
        before = ink.sum()
        for half in (0, 1):
            p2, p3, p4, p5, p6, p7, p8, p9 = (
                np.roll(ink, (-down, -right), (0, 1))
                for down, right in ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
            )
            ring = [p2, p3, p4, p5, p6, p7, p8, p9, p2]
            count = sum(ring[:8])
            turns = sum((a == 0) & (b == 1) for a, b in pairwise(ring))
            first, second = (p2 * p4 * p6, p4 * p6 * p8) if half == 0 else (p2 * p4 * p8, p2 * p6 * p8)
            ink = ink & ~((ink == 1) & (count >= 2) & (count <= 6) & (turns == 1) & (first == 0) & (second == 0))
        if ink.sum() == before:
            return ink[1:-1, 1:-1].astype(bool)
