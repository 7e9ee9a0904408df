"""An uploaded picture -> the digit on it, (28, 28) uint8 white on black as in MNIST, and doubts about the reading."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.candidates import Candidate, candidate
from mnistlab.data.centring import BOX, centred
from mnistlab.data.ink import Mask, Values, grown, length, ranged, shades_of, stroke_width, widest
from mnistlab.data.picture_colours import MIDDLE
from mnistlab.data.picture_colours import read_picture as read_picture
from mnistlab.errors import DataError

# A picture up to this side, twice a digit's, is used as it is, without a search for light, lines and pieces.
SMALL = 2 * 28
# Ink is faint below the first difference from paper, as a share of the range. The second is the least for a small picture, which has no noise.
FAINT, LEAST_SMALL = 0.2, 0.12
# A doubt is raised by another piece with these shares of the digit's size and clearness, or by another background with that share of its clearness.
OTHER_PIECE, OTHER_CLEAR, OTHER_GROUND = 0.45, 0.2, 0.6
# Largest width of a digit as a share of its height, and largest share of its box that is ink, unless it is a 1.
WIDEST, FULLEST = 1.7, 0.8
# Strokes thinner than THINNEST are widened to THIN, in pixels of the digit; MNIST's are between 2 and 3.5 pixels wide.
THINNEST, THIN = 1.9, 2.3

Ground = Literal["automatic", "bright", "dark"]
NOTHING_THERE = "Nothing in this picture stands out as a digit. Take one with dark strokes on a bright sheet."


@dataclass(frozen=True, eq=False)
class Finding:
    """The digit on a picture, and doubts about it.

    Attributes:
        image: (28, 28) uint8.
        doubts: one sentence about each.
        picture: (rows, columns, 3) from 0 to 1, the searched picture.
        taken: (rows, columns) bool, the pixels read as its ink.
        pieces: top, left, bottom, right of each piece that may be the digit.
        chosen: index of the piece read as the digit.
        is_bright: whether the background was assumed brighter than the ink.
    """

    image: NDArray[np.uint8]
    doubts: list[str]
    picture: Values
    taken: Mask
    pieces: list[tuple[int, int, int, int]]
    chosen: int
    is_bright: bool


def digit_on(picture: Values, ground: Ground = "automatic", threshold: float = MIDDLE) -> NDArray[np.uint8]:
    """Return the digit on a picture, (28, 28) uint8; arguments and errors as for `find_digit`."""
    return find_digit(picture, ground, threshold).image


def find_digit(
    picture: Values, ground: Ground = "automatic", threshold: float = MIDDLE, piece: int | None = None
) -> Finding:
    """Return the digit on a picture, and doubts about it.

    Arguments:
        picture: (rows, columns, 3) from 0 to 1, from `read_picture`.
        ground: whether the background is bright or dark; automatic: whichever shows a digit more clearly.
        threshold: between 0 (everything different from the background is ink) and 1 (only the darkest).
        piece: index of the piece that is the digit; None: the likeliest.

    Raises:
        DataError: if nothing on it stands out.
    """
    if max(picture.shape) <= SMALL:
        return _small(picture, ground)
    colours = ranged(picture)
    shades, is_light = shades_of(colours)
    grounds = (True, False) if ground == "automatic" else (ground == "bright",)
    found = [one for is_bright in grounds if (one := candidate(shades, is_light, is_bright, threshold)) is not None]
    if not found:
        raise DataError(NOTHING_THERE)
    found.sort(key=lambda one: -one.clear[0])
    best = found[0]
    chosen = 0 if piece is None else min(piece, len(best.pieces) - 1)
    taken = np.isin(best.numbers, best.pieces[chosen].numbers)
    doubts = _doubts(best, chosen)
    if len(found) > 1 and found[1].clear[0] > OTHER_GROUND * best.clear[0]:
        doubts.append(
            "It is not clear which is ink and which is background; choose the other background if this is wrong."
        )
    boxes = [one.box for one in best.pieces]
    return Finding(_rendered(best, taken, threshold), doubts, colours, taken, boxes, chosen, best.is_bright)


def _doubts(found: Candidate, chosen: int) -> list[str]:
    """Return one sentence about each doubt."""
    digit, doubts = found.pieces[chosen], []
    others = [
        one
        for one, clear in zip(found.pieces, found.clear, strict=True)
        if one is not digit and one.size > OTHER_PIECE * digit.size and clear > OTHER_CLEAR * found.clear[chosen]
    ]
    if others:
        doubts.append(f"There are {len(others) + 1} pieces that may be the digit; one was taken.")
    if digit.rim:
        doubts.append("The piece read as the digit touches the edge of the picture, so a part of it may be missing.")
    if found.strong < FAINT:
        doubts.append("The digit is faint: it hardly differs from its background.")
    if digit.width > WIDEST * digit.height:
        doubts.append("The piece read as the digit is wider than a digit; there may be more than one.")
    elif digit.area > FULLEST * digit.width * digit.height and digit.width > digit.height / 3:
        doubts.append("The piece read as the digit is a blot rather than strokes.")
    return doubts


def _rendered(found: Candidate, taken: Mask, threshold: float) -> NDArray[np.uint8]:
    """Return the pixels read as the digit as a digit (28, 28)."""
    strong = float(np.quantile(found.ink[taken], 0.7))
    # A pen's stroke is black with a soft rim; paper and its shades are weaker.
    low = MIDDLE * threshold
    share = np.clip((found.ink / strong - low) / max(0.3, 1 - low - 0.35), 0, 1)
    share = np.where(grown(taken, 2), share, 0).astype(np.float32)
    return centred(_thick_enough(share))


def _thick_enough(share: Values) -> Values:
    """Widen the strokes of a fine pen to the width of MNIST's."""
    ink = share > MIDDLE
    places = np.argwhere(ink)
    if not len(places):
        return share
    width = stroke_width(ink)
    pixel = float(np.ptp(places, axis=0).max() + 1) / BOX
    if width >= THINNEST * pixel:
        return share
    reach = round((THIN * pixel - width) / 2)
    return np.asarray(widest(widest(np.pad(share, reach), reach, 0), reach, 1), np.float32)


def _small(picture: Values, ground: Ground) -> Finding:
    """Return the digit on a picture hardly larger than a digit."""
    rim = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    differs = picture - np.median(rim, axis=0)
    if ground != "automatic":
        differs = np.maximum(-differs if ground == "bright" else differs, 0)
    ink = length(differs)
    if float(ink.max()) < LEAST_SMALL:
        raise DataError(NOTHING_THERE)
    taken = ink > MIDDLE * float(ink.max())
    rows, columns = taken.shape
    return Finding(centred(ink), [], picture, taken, [(0, 0, rows, columns)], 0, float(differs.mean()) <= 0)
