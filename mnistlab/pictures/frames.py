"""A grey picture with a rectangle of its pixels in a frame, as a coloured picture."""

import numpy as np
from numpy.typing import NDArray

# That of chosen maps: seen on black and white alike.
FRAME = (213, 94, 0)
ZOOM, THICKNESS = 8, 3


def framed(image: NDArray[np.uint8], top: int, left: int, bottom: int, right: int) -> NDArray[np.uint8]:
    """Return a picture (rows, columns) uint8 enlarged to (8 rows, 8 columns, 3), with a frame around some of its pixels, which stay whole.

    Arguments:
        image: grey values.
        top: first row within the frame.
        left: first column.
        bottom: first row below it.
        right: first column beyond it.
    """
    large = np.kron(image, np.ones((ZOOM, ZOOM), np.uint8))
    picture = np.repeat(large[..., None], 3, axis=2)
    edges = top * ZOOM, left * ZOOM, bottom * ZOOM, right * ZOOM
    first_row, first_column = (max(edge - THICKNESS, 0) for edge in edges[:2])
    frame = np.zeros(large.shape, bool)
    frame[first_row : edges[2] + THICKNESS, first_column : edges[3] + THICKNESS] = True
    frame[edges[0] : edges[2], edges[1] : edges[3]] = False
    picture[frame] = FRAME
    return picture
