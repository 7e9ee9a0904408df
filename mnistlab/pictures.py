"""Grey-value arrays -> PNG bytes and data addresses for pages."""

import base64
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def png(image: NDArray[np.uint8], scale: int = 1) -> bytes:
    """Return a grey image (rows, columns) uint8 as PNG, each pixel enlarged to `scale`×`scale`."""
    picture = Image.fromarray(np.kron(image, np.ones((scale, scale), np.uint8)) if scale > 1 else image)
    buffer = BytesIO()
    picture.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def data_address(image: NDArray[Any]) -> str:
    """Return the image as a data: address for an <img>."""
    return "data:image/png;base64," + base64.b64encode(png(image)).decode()
