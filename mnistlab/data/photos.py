"""A picture somebody brought -> one to dream in: upright, not too large, and nothing but a picture (not where it was taken)."""

import hashlib
from functools import lru_cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnistlab.data.picture_files import deep_to_real, is_deep, is_transparent, open_picture, shrunk
from mnistlab.errors import DataError

# A quarter more than the largest dream, for a crop.
LONGEST = 1400
# Fewer pixels than this on the shorter side are no picture to carve in.
SHORTEST = 8
# What is transparent is looked at this small; ink on nothing fills less than this part of it, and is bright above this mean shade.
GROUND_SIDE, MOSTLY_THERE, BRIGHT = 64, 0.6, 0.75
# Up to this size a picture is kept without loss.
MOST_LOSSLESS_BYTES, QUALITY = 2_000_000, 95


def kept_name(content: bytes) -> str:
    """Return the name under which the bytes of a picture are kept."""
    return f"kept-{hashlib.sha256(content).hexdigest()[:32]}"


def normalised(content: bytes) -> bytes:
    """Return a picture upright, at most LONGEST on its longer side, as the bytes of a small file: PNG, or JPEG where that is too large.

    Raises:
        DataError: it is no picture of the kinds that are read, too large, too small, too narrow, or damaged.
    """
    picture = open_picture(content, _as_colours, LONGEST, SHORTEST)
    if picture.getcolors(1) is not None:
        raise DataError("This picture has the same colour everywhere; bring one with something on it.")
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    if buffer.tell() > MOST_LOSSLESS_BYTES:
        buffer = BytesIO()
        picture.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


@lru_cache(maxsize=4)
def decoded(content: bytes) -> NDArray[np.uint8]:
    """Return the pixels (rows, columns, 3) uint8 of what `normalised` returned; do not change them.

    Raises:
        DataError: it cannot be read, or is larger than any that is kept.
    """
    pixels = np.asarray(open_picture(content, lambda picture: picture.convert("RGB"), LONGEST, largest=LONGEST))
    pixels.setflags(write=False)
    return pixels


def _as_colours(picture: Image.Image) -> Image.Image:
    """Return a picture in red, green and blue, on white or black where it is transparent, shrunk."""
    to_real = deep_to_real(picture) if is_deep(picture) else None
    ground = _ground_below(picture) if is_transparent(picture) else None

    def as_colours(strip: Image.Image) -> Image.Image:
        if to_real is not None:
            strip = Image.fromarray(np.rint(255 * np.asarray(to_real(strip))).astype(np.uint8))
        elif ground is not None:
            strip = strip.convert("RGBA")
            strip = Image.alpha_composite(Image.new("RGBA", strip.size, ground), strip)
        return strip.convert("RGB")

    colours = shrunk(picture, LONGEST, as_colours)
    colours.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    return colours


def _ground_below(picture: Image.Image) -> str:
    """Return the colour below a transparent picture: white, as on most pages, but black below bright ink on nothing."""
    bands = np.asarray(shrunk(picture, GROUND_SIDE, lambda strip: strip.convert("RGBA")), np.float32) / 255
    there = bands[..., 3]
    total = float(there.sum())
    if total == 0 or float(there.mean()) > MOSTLY_THERE:
        return "white"
    return "black" if float((bands[..., :3].mean(axis=-1) * there).sum()) > BRIGHT * total else "white"
