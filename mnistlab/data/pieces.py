"""Ink on a picture -> its connected pieces, and groups of pieces that belong together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.ink import Mask, grown, widest

# Gaps up to this share of the longer side are closed: between strokes that nearly touch, and where a line was removed.
GAP = 0.01
# A piece runs along a side of the picture if it touches this share of the side, or does so with this share of its own length.
ALONG, ALONG_ITSELF = 0.3, 0.5
# Pieces belong together if they are closer than this share of the larger one's size and lie above each other, or overlap.
CLOSE = 0.22
# A close piece is part of the digit if it is smaller or lower than these shares of it; a piece as high as the digit is a separate one.
PART, LOW = 0.6, 0.5
# A box has ink along at least FRAME_SIDE of each side, within FRAME_EDGE of its size from the side, and at most FRAME_FULL inside.
FRAME_SIDE, FRAME_EDGE, FRAME_FULL = 0.85, 0.04, 0.12
# A piece inside another is the digit if it has at least this share of its size. Only the largest pieces are examined.
ENCLOSED, MOST_FRAMES = 0.25, 12
# Pieces with less than this share of the ink of the largest are specks.
SPECK = 0.04


@dataclass(frozen=True, eq=False)
class Piece:
    """A connected piece of ink, or several that belong together.

    Attributes:
        numbers: numbers of its connected pieces.
        box: top, left, bottom, right in pixels, the last two exclusive.
        area: number of pixels of ink.
        rim: number of its pixels on the side of the picture that it touches most.
        is_across: whether it reaches from one side of the picture to the opposite one, as a fold does.
    """

    numbers: tuple[int, ...]
    box: tuple[int, int, int, int]
    area: int
    rim: int
    is_across: bool

    @property
    def height(self) -> int:
        """Pixels."""
        return self.box[2] - self.box[0]

    @property
    def width(self) -> int:
        """Pixels."""
        return self.box[3] - self.box[1]

    @property
    def size(self) -> int:
        """Pixels of the longer side."""
        return max(self.height, self.width)


def numbered(ink: Mask) -> NDArray[np.int64]:
    """Number the connected pieces of ink (rows, columns) from 1; 0 is paper, and corners connect."""
    labels = np.where(ink, np.arange(ink.size).reshape(ink.shape), -1)
    # A label is the index of a pixel of the same piece. Labels with a larger neighbour are replaced by it everywhere.
    larger = np.arange(ink.size)
    while True:
        beside = widest(widest(labels, 1, 0), 1, 1)
        grows = ink & (beside > labels)
        if not grows.any():
            break
        np.maximum.at(larger, labels[grows], beside[grows])
        while not np.array_equal(larger, further := larger[larger]):
            larger = further
        labels = np.where(ink, larger[labels], -1)
    found, places = np.unique(labels, return_inverse=True)
    return places.reshape(ink.shape) + int(not len(found) or found[0] != -1)


def pieces_of(ink: Mask) -> tuple[NDArray[np.int64], list[Piece]]:
    """Return the number of each pixel's piece (rows, columns), and the pieces by decreasing amount of ink."""
    gap = max(1, round(GAP * max(ink.shape) / 2))
    numbers = np.where(ink, numbered(grown(ink, gap)), 0)
    count = int(numbers.max(initial=0))
    areas = np.bincount(numbers.ravel(), minlength=count + 1)
    places = np.nonzero(numbers)
    at = numbers[places]
    box = np.array([*[np.full(count + 1, max(ink.shape))] * 2, *[np.zeros(count + 1, int)] * 2])
    np.minimum.at(box[0], at, places[0])
    np.minimum.at(box[1], at, places[1])
    np.maximum.at(box[2], at, places[0] + 1)
    np.maximum.at(box[3], at, places[1] + 1)
    sides = (numbers[:2].max(axis=0), numbers[-2:].max(axis=0), numbers[:, :2].max(axis=1), numbers[:, -2:].max(axis=1))
    touches = np.array([np.bincount(side, minlength=count + 1) for side in sides])
    found = [
        Piece(
            (one,),
            (int(box[0, one]), int(box[1, one]), int(box[2, one]), int(box[3, one])),
            int(areas[one]),
            int(touches[:, one].max()),
            bool((touches[[0, 2], one] * touches[[1, 3], one]).any()),
        )
        for one in range(1, count + 1)
        if areas[one]
    ]
    return numbers, sorted(found, key=lambda piece: -piece.area)


def runs_along(piece: Piece, shape: tuple[int, int]) -> bool:
    """Return whether a piece runs along the rim of a picture, as a desk, a frame or a shadow does, instead of only touching it."""
    return piece.rim > min(ALONG * min(shape), ALONG_ITSELF * piece.size)


def frames(pieces: list[Piece], numbers: NDArray[np.int64]) -> list[Piece]:
    """Return the pieces that surround something: boxes, and pieces with another one inside."""
    larger = pieces[:MOST_FRAMES]
    return [
        piece
        for piece in larger
        if _is_box(piece, numbers) or any(_encloses(piece, other, numbers) for other in larger if other is not piece)
    ]


def _is_box(piece: Piece, numbers: NDArray[np.int64]) -> bool:
    """Return whether a piece has ink along nearly all of its four sides and hardly any inside."""
    top, left, bottom, right = piece.box
    inside = np.isin(numbers[top:bottom, left:right], piece.numbers)
    edge = max(2, round(FRAME_EDGE * piece.size))
    if min(inside.shape) < 6 * edge or float(inside[edge:-edge, edge:-edge].mean()) > FRAME_FULL:
        return False
    sides = (inside[:edge], inside[-edge:], inside[:, :edge].T, inside[:, -edge:].T)
    return all(float(side.any(axis=0).mean()) > FRAME_SIDE for side in sides)


def _encloses(piece: Piece, other: Piece, numbers: NDArray[np.int64]) -> bool:
    top, left, bottom, right = other.box
    if other.size < ENCLOSED * piece.size or not (
        piece.box[0] < top and piece.box[1] < left and bottom < piece.box[2] and right < piece.box[3]
    ):
        return False
    row, column = (top + bottom) // 2, (left + right) // 2
    ink = np.isin(numbers, piece.numbers)
    rays = (ink[:top, column], ink[bottom:, column], ink[row, :left], ink[row, right:])
    # A thin frame may have lost a side as a ruled line.
    is_thin = piece.area < FRAME_FULL * piece.width * piece.height
    return sum(bool(ray.any()) for ray in rays) >= (3 if is_thin else 4)


def joined(main: Piece, others: list[Piece]) -> tuple[Piece, list[Piece]]:
    """Return a piece merged with the ones that belong to it, and the remaining pieces."""
    while True:
        near = [other for other in others if _belongs(main, other)]
        if not near:
            return main, others
        for other in near:
            top, left, bottom, right = (
                of_two(one, two) for of_two, one, two in zip((min, min, max, max), main.box, other.box, strict=True)
            )
            main = Piece(
                main.numbers + other.numbers,
                (top, left, bottom, right),
                main.area + other.area,
                max(main.rim, other.rim),
                main.is_across,
            )
        others = [other for other in others if other not in near]


def _belongs(main: Piece, other: Piece) -> bool:
    if other.area < SPECK * main.area or (other.rim and not main.rim) or other.is_across:
        return False
    gaps = [max(0, main.box[axis] - other.box[axis + 2], other.box[axis] - main.box[axis + 2]) for axis in (0, 1)]
    if max(gaps) > CLOSE * main.size:
        return False
    is_above = gaps[1] == 0 and _shared(main, other, 1) > 0.5
    is_part = other.size < PART * main.size or other.height < LOW * main.height
    return max(gaps) == 0 or is_above or is_part


def _shared(one: Piece, two: Piece, axis: int) -> float:
    """Return the share of the narrower piece that lies beside the other along an axis."""
    shared = min(one.box[axis + 2], two.box[axis + 2]) - max(one.box[axis], two.box[axis])
    return shared / max(1, min(one.box[axis + 2] - one.box[axis], two.box[axis + 2] - two.box[axis]))
