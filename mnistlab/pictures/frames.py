"""A grey picture with a rectangle of its pixels in a frame, as a coloured picture."""

import numpy as np
from numpy.typing import NDArray

# That of chosen maps: seen on black and white alike.
FRAME = (213, 94, 0)
ZOOM, THICKNESS = 8, 2


def framed(image: NDArray[np.uint8], top: int, left: int, bottom: int, right: int) -> NDArray[np.uint8]:
    """Return a picture (rows, columns) uint8 enlarged to (8 rows, 8 columns, 3), with a frame around some of its pixels.

    Arguments:
        image: grey values.
        top: first row within the frame.
        left: first column.
        bottom: first row below it.
        right: first column beyond it.
    """
    large = np.kron(image, np.ones((ZOOM, ZOOM), np.uint8))
    picture = np.repeat(large[..., None], 3, axis=2)
    rows, columns = slice(max(top, 0) * ZOOM, bottom * ZOOM), slice(max(left, 0) * ZOOM, right * ZOOM)
    inside = np.zeros(large.shape, bool)
    inside[rows, columns] = True
    inside[rows.start + THICKNESS : rows.stop - THICKNESS, columns.start + THICKNESS : columns.stop - THICKNESS] = False
    picture[inside] = FRAME
    return picture
