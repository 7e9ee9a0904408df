"""The bytes of a picture somebody brought -> its colours on a ground, small, (rows, columns, 3) from 0 to 1."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnistlab.data.ink import Values, grown
from mnistlab.data.picture_files import deep_to_real, is_deep, is_transparent, open_picture, shrunk

# The longer side after shrinking, ten times that of a digit; the shorter one must keep some pixels.
LONGEST, SHORTEST = 320, 4
# What fills so much of its own box, and has so much contrast of its own, is a window with clear corners or a shadow, not ink on nothing.
WINDOW_FILL, WINDOW_CONTRAST = 0.85, 0.15
# Pixels with more than this are there; the rest of a window is its soft shadow.
SOLID = 0.9
MIDDLE = 0.5
# A window's own ground is looked for so near to its edge, as a part of its longer side.
NEAR_EDGE = 0.04


def read_picture(content: bytes) -> Values:
    """Return a picture as colours (rows, columns, 3) from 0 to 1, upright, its longer side at most LONGEST.

    Raises:
        DataError: it is no picture of the kinds that are read, too large, too small, too narrow, or damaged.
    """
    return open_picture(content, _colours, LONGEST, SHORTEST)


def _colours(picture: Image.Image) -> Values:
    if is_deep(picture):
        grey = shrunk(picture, LONGEST, deep_to_real(picture))
        grey.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
        return np.repeat(np.asarray(grey, np.float32)[..., None], 3, axis=-1)
    if is_transparent(picture):
        clear = shrunk(picture, LONGEST, lambda strip: strip.convert("RGBA"))
        clear.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
        bands = np.asarray(clear, np.float32) / np.float32(255)
        return _on_ground(bands[..., :3], bands[..., 3])
    # Numbers of a palette are no shades, so they cannot be averaged.
    colours = shrunk(picture, LONGEST, lambda strip: strip if strip.mode in ("L", "RGB") else strip.convert("RGB"))
    colours.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    return np.asarray(colours.convert("RGB"), np.float32) / np.float32(255)


def _on_ground(colours: Values, alpha: Values) -> Values:
    """Return colours where they are there, and a ground where they are not."""
    if float(alpha.max()) < MIDDLE:
        # Programs that know nothing of transparency leave it at nothing everywhere.
        return colours if float(alpha.max()) == 0 else _opposite(colours, alpha)
    solid = alpha > SOLID
    places = np.argwhere(solid)
    if len(places):
        (top, left), (bottom, right) = places.min(axis=0), places.max(axis=0) + 1
        cut = (slice(top, bottom), slice(left, right))
        if min(bottom - top, right - left) >= SHORTEST and _is_window(colours[cut], solid[cut]):
            return _with_corners(colours[cut], solid[cut])
    return _opposite(colours, alpha)


def _is_window(colours: Values, solid: NDArray[np.bool_]) -> bool:
    if float(solid.mean()) < WINDOW_FILL:
        return False
    low, high = np.quantile(colours[solid], (0.01, 0.99), axis=0)
    return float((high - low).max()) > WINDOW_CONTRAST


def _with_corners(colours: Values, solid: NDArray[np.bool_]) -> Values:
    """Return a window with what lies at its edge in its clear corners."""
    rim = np.zeros_like(solid)
    rim[0] = rim[-1] = rim[:, 0] = rim[:, -1] = True
    near = solid & grown(rim | ~solid, max(1, round(NEAR_EDGE * max(solid.shape))))
    ground = np.median(colours[near], axis=0)
    return np.where(solid[..., None], colours, ground).astype(np.float32)


def _opposite(colours: Values, alpha: Values) -> Values:
    """Return colours on white or black: ink may be white on nothing or black on nothing, what is not there gets the opposite of what is."""
    mean = float((colours.mean(axis=-1) * alpha).sum() / max(float(alpha.sum()), 1e-6))
    ground = 0.0 if mean > MIDDLE else 1.0
    there = alpha[..., None]
    return np.asarray(there * colours + (1 - there) * ground, np.float32)
