"""Colours of a picture and a ground -> the pieces of ink that may be the digit, the likeliest first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.ink import Mask, Values, grown, ink_on, noise_of, stroke_width, widest
from mnistlab.data.pieces import Piece, frames, joined, pieces_of, runs_along
from mnistlab.data.ruling import without_lines

# Ink must differ from its ground by this part of the range, and by so many times the noise.
LEAST_CONTRAST, LEAST_NOISES = 0.07, 6.0
# A pixel is ink that has this part of the strength of most ink, with the threshold in the middle.
LEAST_PART, PART_OF_THRESHOLD = 0.15, 0.5
# Lines are looked for in this part of what makes a pixel ink.
FAINT = 0.6
# Pieces are looked for anew when what was strongest turned out to lie along the rim.
MOST_ROUNDS = 4
# Only so many of the largest are looked at; at most so many are offered, none smaller than this part of the likeliest.
MOST_LOOKED_AT, MOST_PIECES, OFFERED = 60, 6, 0.2
# The ground around a piece is looked for between these parts of its size away from it, so that it lies beyond the strokes around a hole.
NEAR, FAR = 0.45, 1.0
# How much less a piece looks like the digit that touches the rim, goes across the picture as a fold does, is much wider than high, or a blot: between
# these parts of its size wide in the stroke.
TOUCHING, ACROSS, WIDE, BLOT, STROKES = 0.35, 0.15, 0.3, 0.2, (0.18, 0.3)
# Beside its edge the ground differs by this part, at least, of what it mostly differs by.
EDGE = 0.4
# What is darker than this is black.
BLACK = 0.04
# What is smaller than this part of the picture stands out less.
SMALLEST = 0.1


@dataclass(frozen=True, eq=False)
class Candidate:
    """What may be the digit on one kind of ground.

    Attributes:
        ink: (rows, columns), how far each pixel differs from its ground.
        numbers: (rows, columns), the number of the piece a pixel belongs to.
        pieces: the likeliest first, at least one.
        clear: how clearly each of them is a digit.
        strong: how far most ink of the likeliest differs.
        is_bright: whether the ground is brighter than the ink.
    """

    ink: Values
    numbers: NDArray[np.int64]
    pieces: list[Piece]
    clear: list[float]
    strong: float
    is_bright: bool


def candidate(shades: Values, is_light: bool, is_bright: bool, threshold: float) -> Candidate | None:
    """Return what may be the digit on one kind of ground; None if nothing stands out.

    Arguments:
        shades: (rows, columns), and
        is_light: from `shades_of`.
        is_bright: whether the ground is brighter than the ink.
        threshold: from 0 to 1.
    """
    ink = ink_on(shades, is_bright, is_light)
    # A shadow takes a part of the light, from ink as from paper.
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
        # What is fainter shows once it is gone.
        gone = np.isin(numbers, [number for piece in along for number in piece.numbers])
        left = np.where(grown(gone, 3), 0, left).astype(np.float32)
    if first is None or not first[1]:
        return None
    # Nothing but what runs along the rim: a digit that was cut out tightly.
    return _sorted(lighter, ink, *first, is_bright)


def _strong(ink: Values) -> float:
    """Return how far strong ink differs: not a single pixel, but however small a digit is."""
    least = widest(widest(ink, 1, 0, narrowest=True), 1, 1, narrowest=True)
    return max(float(np.quantile(ink, 0.995)), float(least.max()))


def _sorted(
    lighter: Values, ink: Values, numbers: NDArray[np.int64], pieces: list[Piece], is_bright: bool
) -> Candidate:
    """Join what belongs together, and put the likeliest first."""
    groups: list[Piece] = []
    # What goes across the picture takes nothing that belongs to another.
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
    """Return how much a piece is shaped as a digit may be, from 0 to 1."""
    shaped: float = min(1.0, piece.size / (SMALLEST * max(mask.shape)))
    shaped *= ACROSS if piece.is_across else TOUCHING if piece.rim else 1
    if piece.width > 2 * piece.height:
        shaped *= WIDE
    # Of a bar, the longer side counts, so that a 1 is one.
    return shaped * float(np.interp(stroke_width(mask) / piece.size, STROKES, (1, BLOT)))


def _bounded(lighter: Values, mask: Mask, piece: Piece) -> float:
    """Return how much a piece ends in an edge of the picture and stands on its ground, from 0 to 1.

    What is left between a digit and a desk, a shadow or the rim ends somewhere on the paper; a hole between strokes has the colour of what lies
    beyond them.

    Arguments:
        lighter: (rows, columns), larger where there is less ink.
        mask: the piece's pixels.
        piece: the same.
    """
    # Ink may lie in light and shadow: what is beside it is held against what is next to it, what is beyond against the darkest.
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
    """Return what lies farther around a piece; the rim of the picture, where it reaches as far as that."""
    top, left, bottom, right = piece.box
    near, far = round(NEAR * piece.size), round(FAR * piece.size)
    around = np.zeros_like(mask)
    around[max(0, top - far) : bottom + far, max(0, left - far) : right + far] = True
    around[max(0, top - near) : bottom + near, max(0, left - near) : right + near] = False
    if around.sum() < min(mask.sum(), sum(mask.shape)):
        around[:2] = around[-2:] = around[:, :2] = around[:, -2:] = True
    return around & ~mask
