"""A picture and its pieces -> the picture in pale grey with the piece read as the digit in colour and a numbered box around each piece."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

# Of the digit, and of the boxes' lines: dark enough on pale grey for whoever sees no colours.
TAKEN, LINE, PALE = (0, 82, 204), (60, 60, 60), 0.45
NUMBER_SIZE = 16


def marked(
    picture: NDArray[np.float32], taken: NDArray[np.bool_], boxes: Sequence[tuple[int, int, int, int]]
) -> NDArray[np.uint8]:
    """Return a picture (rows, columns, 3) uint8 with what was taken from it in blue.

    Arguments:
        picture: (rows, columns, 3) from 0 to 1.
        taken: (rows, columns), where the ink is.
        boxes: top, left, bottom, right of each piece, numbered from 1; none if there is nothing to choose.
    """
    grey = picture.mean(axis=-1, keepdims=True)
    pale = np.repeat(1 - PALE * (1 - grey), 3, axis=-1)
    shades = np.rint(255 * np.where(taken[..., None], np.array(TAKEN) / 255, pale)).astype(np.uint8)
    drawn = Image.fromarray(shades)
    pen = ImageDraw.Draw(drawn)
    for number, (top, left, bottom, right) in enumerate(boxes, start=1):
        pen.rectangle((left - 1, top - 1, right, bottom), outline=LINE)
        corner = min(max(0, left - 2), drawn.width - NUMBER_SIZE), max(0, top - NUMBER_SIZE - 2)
        pen.rectangle((*corner, corner[0] + NUMBER_SIZE, corner[1] + NUMBER_SIZE), fill="white", outline=LINE)
        pen.text((corner[0] + 4, corner[1]), str(number), fill="black", font_size=NUMBER_SIZE - 3)
    return np.asarray(drawn)
