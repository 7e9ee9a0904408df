"""The bytes of a picture somebody brought -> the opened picture; or one clear sentence.

The file comes from a stranger: kind and number of pixels are checked before anything is decoded.
"""

import warnings
from collections.abc import Callable
from io import BytesIO
from typing import TypeVar

import numpy as np
from PIL import Image, UnidentifiedImageError

from mnistlab.errors import DataError

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_BYTES = 10_000_000
MOST_PIXELS = 50_000_000
Taken = TypeVar("Taken")


def open_picture(content: bytes, take: Callable[[Image.Image], Taken], longest: int, shortest: int = 0) -> Taken:
    """Return what `take` makes of the opened picture.

    Arguments:
        content: of the file.
        take: called with a picture of any mode, as it lies in the file: not turned as its camera says.
        longest: how large the picture is needed; a JPEG may be decoded as small as twice that.
        shortest: the fewest pixels of its shorter side, also after its longer one has been shrunk to `longest`.

    Raises:
        DataError: it is no picture of the kinds that are read, too large, too small, too narrow, or damaged.
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
                # Before `draft`, which changes it.
                _check_size(picture.width, picture.height, longest, shortest)
                picture.draft(picture.mode if picture.mode in ("L", "RGB") else None, (2 * longest, 2 * longest))
                return take(picture)
    except DataError:
        raise
    except UnidentifiedImageError:
        raise DataError(
            "This is not a picture that can be read, or its beginning is damaged; bring a PNG, JPEG or WEBP."
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DataError(
            f"This picture is too large when unpacked: it has far more than the {MOST_PIXELS:,} pixels that are read at most; make it smaller."
        ) from None
    except Exception:  # Pillow raises a dozen kinds for damaged files.
        raise DataError("This picture is cut off or damaged; bring it once more, or another one.") from None


def _check_size(width: int, height: int, longest: int, shortest: int) -> None:
    has = f"This picture has {width:,}×{height:,} pixels"
    if width * height > MOST_PIXELS:
        raise DataError(f"{has}; at most {MOST_PIXELS:,} are read. Make it smaller.")
    if min(width, height) < shortest:
        raise DataError(f"{has}, which is too small: at least {shortest}×{shortest} are needed.")
    if max(width, height) * shortest > longest * min(width, height):
        raise DataError(
            f"{has}, which is too narrow: its longer side may be at most {longest // shortest} times its shorter one."
        )


def deep_to_real(picture: Image.Image) -> Image.Image:
    """Return a picture of 16 bits or real numbers as real numbers from 0 to 1: Pillow's own conversion to eight bits cuts them off."""
    values = np.asarray(picture, np.float32)
    top = 65_535.0 if values.max(initial=0) > 255 else 255.0
    return Image.fromarray((values / top).clip(0, 1).astype(np.float32))


def is_deep(picture: Image.Image) -> bool:
    """Return whether a picture has more than eight bits a value."""
    return picture.mode.startswith("I") or picture.mode == "F"
