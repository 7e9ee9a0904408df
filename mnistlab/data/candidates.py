"""Shades of a picture -> the pieces of ink that may be the digit, the likeliest first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.ink import Mask, Values, grown, ink_on, noise_of, stroke_width, widest
from mnistlab.data.pieces import Piece, frames, joined, pieces_of, runs_along
from mnistlab.data.ruling import without_lines

# Least difference of ink from its background, as a share of the range and as a multiple of the noise.
LEAST_CONTRAST, LEAST_NOISES = 0.07, 6.0
# A pixel is ink above this share of the strength of most ink: LEAST_PART + PART_OF_THRESHOLD × threshold.
LEAST_PART, PART_OF_THRESHOLD = 0.15, 0.5
# The threshold for lines, as a share of that for ink.
FAINT = 0.6
# Number of searches; another one follows if the strongest pieces lie along the rim.
MOST_ROUNDS = 4
# Number of the largest pieces examined; number offered at most, none smaller than this share of the likeliest.
MOST_LOOKED_AT, MOST_PIECES, OFFERED = 60, 6, 0.2
# Distances, as shares of its size, between which the background around a piece is sampled: beyond the strokes around a hole.
NEAR, FAR = 0.45, 1.0
# Factors for pieces that touch the rim, cross the picture as a fold does, are much wider than high, or are blots; a blot is told by its stroke width,
# as a share of its size.
TOUCHING, ACROSS, WIDE, BLOT, STROKES = 0.35, 0.15, 0.3, 0.2, (0.18, 0.3)
# Least difference at the edge of a piece, as a share of its usual difference.
EDGE = 0.4
# Shades below this are black.
BLACK = 0.04
# Pieces smaller than this share of the picture count less.
SMALLEST = 0.1


@dataclass(frozen=True, eq=False)
class Candidate:
    """The pieces that may be the digit, for one assumption about the background.

    Attributes:
        ink: (rows, columns), how much each pixel differs from its background.
        numbers: (rows, columns), the number of each pixel's piece.
        pieces: at least one, the likeliest first.
        clear: score of each piece; larger is more clearly a digit.
        strong: difference of most of the ink of the likeliest piece.
        is_bright: whether the background is brighter than the ink.
    """

    ink: Values
    numbers: NDArray[np.int64]
    pieces: list[Piece]
    clear: list[float]
    strong: float
    is_bright: bool


def candidate(shades: Values, is_light: bool, is_bright: bool, threshold: float) -> Candidate | None:
    """Return the pieces that may be the digit; None if nothing stands out.

    Arguments:
        shades: (rows, columns), from `shades_of`.
        is_light: likewise.
        is_bright: whether the background is brighter than the ink.
        threshold: from 0 to 1.
    """
    ink = ink_on(shades, is_bright, is_light)
    # A shadow takes the same share of the light from ink and from paper.
    evenly = np.log(np.maximum(shades, BLACK)) if is_light else shades
    lighter = evenly if is_bright else -evenly
    noise, left, first = noise_of(ink), ink, None
    for _ in range(MOST_ROUNDS):
        strong = _strong(left)
        if strong < max(LEAST_CONTRAST, LEAST_NOISES * noise):
            break
        level = (LEAST_PART + PART_OF_THRESHOLD * threshold) * strong
        mask = without_lines(left > max(level, 3 * noise), left > max(FAINT * level, 3 * noise))
        numbers, pieces = pieces_of(mask)
        along = [piece for piece in pieces if runs_along(piece, mask.shape)]
        along = along or frames(pieces, numbers)
        first = first or (numbers, pieces)
        if not along:
            if pieces:
                return _sorted(lighter, ink, numbers, pieces, is_bright)
            break
        # Fainter ink shows once these are removed.
        gone = np.isin(numbers, [number for piece in along for number in piece.numbers])
        left = np.where(grown(gone, 3), 0, left).astype(np.float32)
    if first is None or not first[1]:
        return None
    # Everything runs along the rim: a tightly cropped digit.
    return _sorted(lighter, ink, *first, is_bright)


def _strong(ink: Values) -> float:
    """Return the difference of strong ink from its background: of more than a single pixel, but also of a small digit."""
    least = widest(widest(ink, 1, 0, narrowest=True), 1, 1, narrowest=True)
    return max(float(np.quantile(ink, 0.995)), float(least.max()))


def _sorted(
    lighter: Values, ink: Values, numbers: NDArray[np.int64], pieces: list[Piece], is_bright: bool
) -> Candidate:
    """Merge pieces that belong together, and sort them by likelihood."""
    groups: list[Piece] = []
    # Pieces across the picture come last, so that they do not take parts of others.
    rest = sorted(pieces[:MOST_LOOKED_AT], key=lambda piece: piece.is_across)
    while rest and len(groups) < MOST_PIECES:
        group, rest = joined(rest[0], rest[1:])
        groups.append(group)
    masks = [np.isin(numbers, group.numbers) for group in groups]
    strengths = [float(np.quantile(ink[mask], 0.7)) for mask in masks]
    clear = [
        strong * _shaped(group, mask) * _bounded(lighter, mask, group)
        for group, mask, strong in zip(groups, masks, strengths, strict=True)
    ]
    order = sorted(range(len(groups)), key=lambda place: -clear[place] * groups[place].size)
    best = order[0]
    order = [place for place in order if groups[place].size >= OFFERED * groups[best].size]
    offered, clear = [groups[place] for place in order], [clear[place] for place in order]
    return Candidate(ink, numbers, offered, clear, strengths[best], is_bright)


def _shaped(piece: Piece, mask: Mask) -> float:
    """Return how well the shape of a piece fits a digit, from 0 to 1."""
    shaped: float = min(1.0, piece.size / (SMALLEST * max(mask.shape)))
    shaped *= ACROSS if piece.is_across else TOUCHING if piece.rim else 1
    if piece.width > 2 * piece.height:
        shaped *= WIDE
    # The longer side counts, so that a 1 is not a blot.
    return shaped * float(np.interp(stroke_width(mask) / piece.size, STROKES, (1, BLOT)))


def _bounded(lighter: Values, mask: Mask, piece: Piece) -> float:
    """Return how sharply a piece is bounded by edges and stands out from its background, from 0 to 1.

    A remainder between a digit and a desk, a shadow or the rim ends without an edge; a hole between strokes has the colour of the
    background beyond them.

    Arguments:
        lighter: (rows, columns), larger where there is less ink.
        mask: (rows, columns), its pixels.
        piece: the piece.
    """
    # Ink may lie in light and shadow, so the surroundings are compared with the nearest ink, and the background beyond with the darkest.
    next_to = np.where(mask, lighter, np.inf)
    for axis in (0, 1):
        next_to = widest(next_to, 4, axis, narrowest=True)
    ring = grown(mask, 4) & ~grown(mask, 2)
    beside = (lighter - next_to)[ring]
    if not beside.size:
        return 0.0
    edge = EDGE * max(float(np.quantile(beside, 0.75)), 1e-3)
    beyond = lighter[_around(mask, piece)] - float(np.quantile(lighter[mask], 0.25))
    return float((beside > edge).mean()) ** 2 * float((beyond > edge).mean())


def _around(mask: Mask, piece: Piece) -> Mask:
    """Return the pixels around a piece at some distance; the rim of the picture if the piece is too large for that."""
    top, left, bottom, right = piece.box
    near, far = round(NEAR * piece.size), round(FAR * piece.size)
    around = np.zeros_like(mask)
    around[max(0, top - far) : bottom + far, max(0, left - far) : right + far] = True
    around[max(0, top - near) : bottom + near, max(0, left - near) : right + near] = False
    if around.sum() < min(mask.sum(), sum(mask.shape)):
        around[:2] = around[-2:] = around[:, :2] = around[:, -2:] = True
    return around & ~mask
