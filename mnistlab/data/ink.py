"""Colours of a picture -> how much ink is on each of its pixels: what differs from the ground around it, in lightness or in colour.

The ground is what stays when everything narrower than a stroke can be is taken away (a morphological closing for dark ink, an opening for
bright ink). It keeps the edge of a shadow, a desk or a sheet exactly where it is, hard or soft, and follows light that falls unevenly.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Values = NDArray[np.float32]
Mask = NDArray[np.bool_]
# What is narrower than this part of the longer side may be a stroke.
STROKE = 0.3
# The blur that takes noise away before maxima are looked for, pixels.
BLUR = 0.7
# A ground as dark as this part of the brightest is judged as if it were as bright: noise in the black is no ink.
DARKEST = 0.2
# Where a share of the brightest lies that is no single glint.
BRIGHTEST = 0.995


def widest(values: NDArray[np.generic], reach: int, axis: int, narrowest: bool = False) -> NDArray[np.generic]:
    """Return the largest of the values up to `reach` places away along an axis; the smallest if `narrowest`."""
    if reach < 1:
        return values
    room = [(0, 0)] * values.ndim
    room[axis] = (reach, reach)
    found = np.moveaxis(np.pad(values, room, mode="edge"), axis, 0)
    of_two = np.minimum if narrowest else np.maximum
    covered, size = 1, 2 * reach + 1
    while covered < size:
        step = min(covered, size - covered)
        found = of_two(found[:-step], found[step:])
        covered += step
    return np.moveaxis(found, 0, axis)


def grown(mask: Mask, reach: int) -> Mask:
    """Return a mask (rows, columns) widened by so many pixels to each side."""
    return widest(widest(mask, reach, 0), reach, 1)  # type: ignore[return-value]


def ink_on(colours: Values, is_bright: bool) -> Values:
    """Return how far each pixel differs from the ground around it, (rows, columns) from 0 to about 1.

    Arguments:
        colours: (rows, columns, 3) from 0 to 1.
        is_bright: whether the ground is brighter than the ink.
    """
    reach = max(1, round(STROKE * max(colours.shape[:2]) / 2))
    ground = colours
    for narrowest in (not is_bright, is_bright):
        for axis in (0, 1):
            ground = widest(ground, reach, axis, narrowest)  # type: ignore[assignment]
    if is_bright:
        # Ink takes a part of the light that is there: in a shadow, too.
        differs = (ground - colours) / np.maximum(ground, DARKEST)
    else:
        differs = colours - ground
    ink = length(differs)
    # The largest of what is noisy lies above its mean.
    return np.maximum(ink - np.median(ink), 0).astype(np.float32)


def ranged(colours: Values) -> Values:
    """Return colours (rows, columns, 3) without noise, in the range that a picture has: an underexposed one is as bright as another."""
    brightest = max(float(np.quantile(colours.max(axis=-1), BRIGHTEST)), 0.05)
    shades = np.rint(255 * (colours / brightest).clip(0, 1)).astype(np.uint8)
    smooth = Image.fromarray(shades).filter(ImageFilter.GaussianBlur(BLUR))
    return np.asarray(smooth, np.float32) / np.float32(255)


def noise_of(ink: Values) -> float:
    """Return the spread of the noise of ink (rows, columns): what neighbours differ by where nothing is."""
    steps = np.abs(ink[:, 2:] - ink[:, :-2]).ravel()
    some = steps[steps > 0]
    # Of two values that differ by chance, half differ by more than 0.95 times their spread.
    return float(np.median(some)) / 0.95 if len(some) > len(steps) / 4 else 0.0


def length(differs: Values) -> Values:
    """Return by how much colours (…, 3) differ: by their mean shade or their spread, whichever is more."""
    found: Values = np.maximum(np.abs(differs.mean(axis=-1)), np.sqrt((differs**2).mean(axis=-1)))
    return found
