"""The bytes of a picture somebody brought -> the opened picture; or one clear sentence.

The file comes from a stranger: kind and number of pixels are checked before anything is decoded.
"""

import warnings
from collections.abc import Callable
from io import BytesIO
from typing import TypeVar

import numpy as np
from PIL import Image

from mnistlab.errors import DataError

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_BYTES = 10_000_000
MOST_PIXELS = 50_000_000
Taken = TypeVar("Taken")


def open_picture(content: bytes, take: Callable[[Image.Image], Taken], longest: int) -> Taken:
    """Return what `take` makes of the opened picture.

    Arguments:
        content: of the file.
        take: called with a picture of any mode, as it lies in the file: not turned as its camera says.
        longest: how large the picture is needed; a JPEG may be decoded as small as twice that.

    Raises:
        DataError: it is no picture of the kinds that are read, too large, or damaged.
    """
    if len(content) > MOST_BYTES:
        raise DataError(
            f"This file is too large: {len(content) / 1e6:.1f} MB, at most {MOST_BYTES // 1_000_000} MB are read."
        )
    try:
        with warnings.catch_warnings():
            # Pillow warns of pictures that unpack to far more than their file; here that is an error.
            warnings.simplefilter("error")
            with Image.open(BytesIO(content), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise DataError(
                        f"This picture has {picture.width:,}×{picture.height:,} pixels; at most {MOST_PIXELS:,} are read. Make it smaller."
                    )
                picture.draft(picture.mode if picture.mode in ("L", "RGB") else None, (2 * longest, 2 * longest))
                return take(picture)
    except DataError:
        raise
    except Exception as error:  # Pillow raises a dozen kinds for damaged files.
        raise DataError(
            f"This is not a picture that can be read ({type(error).__name__}). Bring a PNG, JPEG or WEBP."
        ) from None


def deep_to_real(picture: Image.Image) -> Image.Image:
    """Return a picture of 16 bits or real numbers as real numbers from 0 to 1: Pillow's own conversion to eight bits cuts them off."""
    values = np.asarray(picture, np.float32)
    top = 65_535.0 if values.max(initial=0) > 255 else 255.0
    return Image.fromarray((values / top).clip(0, 1).astype(np.float32))


def is_deep(picture: Image.Image) -> bool:
    """Return whether a picture has more than eight bits a value."""
    return picture.mode.startswith("I") or picture.mode == "F"
