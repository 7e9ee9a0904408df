"""Pictures to carve in, and dreams of them."""

from io import BytesIO

import numpy as np
from PIL import Image


def photo(height=300, width=400, seed=0):
    """Something with large shapes, fine detail and colours, (height, width, 3) uint8."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / 100
    waves = np.stack([np.sin(3 * x + y), np.cos(2 * y - x), np.sin(x * y)], axis=-1)
    return np.clip(127 + 90 * waves + random.normal(0, 12, (height, width, 3)), 0, 255).astype(np.uint8)


def saved(picture, kind="PNG", **options):
    """The bytes of a picture, an array or one of Pillow's."""
    if isinstance(picture, np.ndarray):
        picture = Image.fromarray(picture)
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()
