"""Colours of a picture and a ground -> the pieces of ink that may be the digit, the likeliest first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.ink import Mask, Values, grown, ink_on, length, noise_of, stroke_width, widest
from mnistlab.data.pieces import Piece, is_frame, joined, pieces_of, runs_along
from mnistlab.data.ruling import without_lines

# Ink must differ from its ground by this part of the range, and by so many times the noise.
LEAST_CONTRAST, LEAST_NOISES = 0.07, 6.0
# A pixel is ink that has this part of the strength of most ink, with the threshold in the middle.
LEAST_PART, PART_OF_THRESHOLD = 0.15, 0.5
# Pieces are looked for anew when what was strongest turned out to lie along the rim.
MOST_ROUNDS = 4
# At most so many are offered, none smaller than this part of the likeliest.
MOST_PIECES, OFFERED = 6, 0.2
# The ground around a piece is looked for between these parts of its size away from it, so that it lies beyond the strokes around a hole.
NEAR, FAR = 0.45, 1.0
# How much less a piece looks like the digit that touches the rim, is much wider than high, or a blot: wider in the stroke than this part of its size.
TOUCHING, WIDE, BLOT, WIDEST_STROKE = 0.35, 0.3, 0.2, 0.3
# What is smaller than this part of the picture stands out less.
SMALLEST = 0.1


@dataclass(frozen=True, eq=False)
class Candidate:
    """What may be the digit on one kind of ground.

    Attributes:
        ink: (rows, columns), how far each pixel differs from its ground.
        numbers: (rows, columns), the number of the piece a pixel belongs to.
        pieces: the likeliest first, at least one.
        strong: how far most ink of the likeliest differs.
        is_bright: whether the ground is brighter than the ink.
        score: how clearly the likeliest stands out.
    """

    ink: Values
    numbers: NDArray[np.int64]
    pieces: list[Piece]
    strong: float
    is_bright: bool
    score: float


def candidate(colours: Values, is_bright: bool, threshold: float) -> Candidate | None:
    """Return what may be the digit on one kind of ground; None if nothing stands out.

    Arguments:
        colours: (rows, columns, 3), from `ranged`.
        is_bright: whether the ground is brighter than the ink.
        threshold: from 0 to 1.
    """
    ink = ink_on(colours, is_bright)
    noise, left, first = noise_of(ink), ink, None
    for _ in range(MOST_ROUNDS):
        strong = _strong(left)
        if strong < max(LEAST_CONTRAST, LEAST_NOISES * noise):
            break
        mask = without_lines(left > max((LEAST_PART + PART_OF_THRESHOLD * threshold) * strong, 3 * noise))
        numbers, pieces = pieces_of(mask)
        along = [piece for piece in pieces if runs_along(piece, mask.shape) or is_frame(piece, numbers)]
        first = first or (numbers, pieces)
        if not along:
            if pieces:
                return _sorted(colours, ink, numbers, pieces, is_bright)
            break
        # What is fainter shows once it is gone.
        gone = np.isin(numbers, [number for piece in along for number in piece.numbers])
        left = np.where(grown(gone, 3), 0, left).astype(np.float32)
    if first is None or not first[1]:
        return None
    # Nothing but what runs along the rim: a digit that was cut out tightly.
    return _sorted(colours, ink, *first, is_bright)


def _strong(ink: Values) -> float:
    """Return how far strong ink differs: not a single pixel, but however small a digit is."""
    least = widest(widest(ink, 1, 0, narrowest=True), 1, 1, narrowest=True)
    return max(float(np.quantile(ink, 0.995)), float(least.max()))


def _sorted(
    colours: Values, ink: Values, numbers: NDArray[np.int64], pieces: list[Piece], is_bright: bool
) -> Candidate:
    """Join what belongs together, and put the likeliest first."""
    groups: list[Piece] = []
    rest = pieces
    while rest and len(groups) < MOST_PIECES:
        group, rest = joined(rest[0], rest[1:])
        groups.append(group)
    clear = [_clear(colours, numbers, group) for group in groups]
    order = sorted(range(len(groups)), key=lambda place: -clear[place] * groups[place].size)
    best = groups[order[0]]
    strong = float(np.quantile(ink[np.isin(numbers, best.numbers)], 0.7))
    offered = [groups[place] for place in order if groups[place].size >= OFFERED * best.size]
    return Candidate(ink, numbers, offered, strong, is_bright, clear[order[0]])


def _clear(colours: Values, numbers: NDArray[np.int64], piece: Piece) -> float:
    """Return how clearly a piece is a digit: how far it stands out, less where it is shaped like none."""
    taken = np.isin(numbers, piece.numbers)
    clear = _stands_out(colours, taken, piece) * min(1.0, piece.size / (SMALLEST * max(taken.shape)))
    if piece.rim:
        clear *= TOUCHING
    if piece.width > 2 * piece.height:
        clear *= WIDE
    # Of a bar, the longer side counts, so that a 1 is one.
    return clear * (BLOT if stroke_width(taken) > WIDEST_STROKE * piece.size else 1)


def _stands_out(colours: Values, taken: Mask, piece: Piece) -> float:
    """Return by how much the colour of a piece differs from what lies farther around it: nothing if it is a hole between strokes."""
    top, left, bottom, right = piece.box
    rows, columns = taken.shape
    near, far = round(NEAR * piece.size), round(FAR * piece.size)
    around = np.zeros_like(taken)
    around[max(0, top - far) : bottom + far, max(0, left - far) : right + far] = True
    around[max(0, top - near) : bottom + near, max(0, left - near) : right + near] = False
    if around.sum() < min(taken.sum(), rows + columns):
        around[:2] = around[-2:] = around[:, :2] = around[:, -2:] = True
    around &= ~taken
    differs = np.median(colours[taken], axis=0) - np.median(colours[around], axis=0)
    return float(length(differs))
