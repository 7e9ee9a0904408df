"""What a visitor drew or typed -> a digit (28, 28) uint8; and the text in which a digit stands in a link.

A pad sends strokes, not pixels: so the brush is as wide as MNIST's pens however small or large somebody draws.
"""

import base64
import binascii
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mnistlab.data.centring import BOX, SIDE, centred
from mnistlab.errors import DataError

# A pad is 1000 units wide and high, whatever its size on a screen.
PAD = 1000
MOST_STROKES, MOST_NUMBERS = 400, 40_000
# Pixels of the large canvas per pixel of the digit.
LARGE = 16
# Brushes in pixels of the finished digit; MNIST's pens are between 2 and 3.5.
BRUSHES = {"fine": 1.8, "middle": 2.6, "broad": 3.6}
# What stands for paper where a digit is typed.
PAPER = " .0_-"
PIXELS = SIDE * SIDE


def checked_strokes(value: Any) -> list[list[int]]:
    """Return strokes as a pad sends them: lists x, y, x, y, … of whole numbers from 0 to 1000.

    Raises:
        DataError: it is anything else.
    """
    wrong = DataError("The pad sent something that is no drawing; clear it and draw again.")
    if not isinstance(value, list) or len(value) > MOST_STROKES:
        raise wrong
    if sum(len(stroke) if isinstance(stroke, list) else MOST_NUMBERS + 1 for stroke in value) > MOST_NUMBERS:
        raise wrong
    for stroke in value:
        if len(stroke) < 2 or len(stroke) % 2:
            raise wrong
        if not all(type(number) is int and 0 <= number <= PAD for number in stroke):
            raise wrong
    return value


def drawn(strokes: list[list[int]], brush: float = BRUSHES["middle"]) -> NDArray[np.uint8]:
    """Render strokes as a digit.

    Arguments:
        strokes: lists x, y, x, y, … from 0 to 1000.
        brush: width in pixels of the finished digit.

    Returns:
        (28, 28) uint8.

    Raises:
        DataError: nothing is drawn.
    """
    if not strokes:
        raise DataError("There is nothing drawn yet: the pad is empty.")
    lines = [np.array(stroke, np.float32).reshape(-1, 2) for stroke in strokes]
    points = np.concatenate(lines)
    corner, extent = points.min(axis=0), float(np.ptp(points, axis=0).max())
    # A dot is not blown up into a blot: what is drawn fills at least a tenth of the pad.
    scale = (BOX - brush) * LARGE / max(extent, PAD / 10)
    width = brush * LARGE
    side = int(BOX * LARGE + 2 * width)
    canvas = Image.new("L", (side, side))
    pen = ImageDraw.Draw(canvas)
    for line in lines:
        path = [(float(x), float(y)) for x, y in (line - corner) * scale + width]
        pen.line(path, fill=255, width=round(width))
        for x, y in path:
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    return centred(np.asarray(canvas, np.float32), least=BOX * LARGE)


def typed(text: str) -> NDArray[np.uint8]:
    """Return a digit typed as rows of characters: space, dot, zero, dash and underscore are paper, all else is ink.

    Raises:
        DataError: it has more than 28 rows or columns, or no ink.
    """
    rows = text.replace("\r", "").expandtabs(1).split("\n")
    rows = [row.rstrip() for row in rows]
    if len(rows) > SIDE or max(len(row) for row in rows) > SIDE:
        raise DataError(
            f"A typed digit has at most {SIDE} rows of {SIDE} characters. Received: {len(rows)} rows, the longest of {max(len(row) for row in rows)}."
        )
    ink = np.zeros((len(rows), max(1, max(len(row) for row in rows))), np.float32)
    for place, row in enumerate(rows):
        ink[place, : len(row)] = [letter not in PAPER for letter in row]
    return centred(np.kron(ink, np.ones((LARGE, LARGE), np.float32)))


def to_text(image: NDArray[np.uint8]) -> str:
    """Return a digit (28, 28) uint8 as base64 for links, 1046 characters."""
    return base64.urlsafe_b64encode(image.tobytes()).decode().rstrip("=")


def from_text(text: str) -> NDArray[np.uint8]:
    """Return the digit that `to_text` wrote.

    Raises:
        DataError: it is not exactly 784 bytes as base64.
    """
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if len(content) != PIXELS:
        raise DataError(
            f"A drawing in a link is {PIXELS} grey values as base64. Received: {len(text)} characters, {len(content)} values."
        )
    return np.frombuffer(content, np.uint8).reshape(SIDE, SIDE)
