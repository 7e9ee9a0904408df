"""Colours of a picture -> how much ink is on each of its pixels: what differs from the ground around it, in lightness or in colour.

The ground is what stays when everything narrower than a stroke can be is taken away (a morphological closing for dark ink, an opening for
bright ink). It keeps the edge of a shadow, a desk or a sheet exactly where it is, hard or soft, and follows light that falls unevenly.
"""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Values = NDArray[np.float32]
Mask = NDArray[np.bool_]
Array = TypeVar("Array", bound=NDArray[Any])
# What is narrower than this part of the longer side may be a stroke.
STROKE = 0.3
# The blur that takes noise away before maxima are looked for, pixels.
BLUR = 0.7
# A ground as dark as this part of the brightest is judged as if it were as bright: noise in the black is no ink.
DARKEST = 0.2
# The ground's own part of a picture, at least, of which half is cut off; by so much more is its noise than it looks then.
LEAST_GROUND, CUT_OFF = 0.25, 1.2
# Bands that change less than this part the other way do not.
MIXED = 0.1
# Where a share of the brightest lies that is no single glint.
BRIGHTEST = 0.995


def widest(values: Array, reach: int, axis: int, narrowest: bool = False) -> Array:
    """Return the largest of the values up to `reach` places away along an axis; the smallest if `narrowest`."""
    if reach < 1:
        return values
    room = [(0, 0)] * values.ndim
    room[axis] = (reach, reach)
    found: Any = np.moveaxis(np.pad(values, room, mode="edge"), axis, 0)
    of_two: Any = np.minimum if narrowest else np.maximum
    covered, size = 1, 2 * reach + 1
    while covered < size:
        step = min(covered, size - covered)
        found = of_two(found[:-step], found[step:])
        covered += step
    moved: Array = np.moveaxis(found, 0, axis)
    return moved


def grown(mask: Mask, reach: int) -> Mask:
    """Return a mask (rows, columns) widened by so many pixels to each side."""
    return widest(widest(mask, reach, 0), reach, 1)


def shades_of(colours: Values) -> tuple[Values, bool]:
    """Return colours (rows, columns, 3) as shades (rows, columns) along the direction in which they differ; and whether more is brighter in all bands."""
    axis = _axis(colours)
    return (colours @ axis).astype(np.float32), bool(axis.min() >= 0)


def ink_on(shades: Values, is_bright: bool, is_light: bool = True) -> Values:
    """Return how far each pixel differs from the ground around it, (rows, columns) from 0 to about 1.

    Arguments:
        shades: (rows, columns) from 0 to 1.
        is_bright: whether the ground is brighter than the ink.
        is_light: whether shades are light, of which ink takes a part, in a shadow as elsewhere.
    """
    reach = max(1, round(STROKE * max(shades.shape) / 2))
    ground = shades
    for narrowest in (not is_bright, is_bright):
        for along in (0, 1):
            ground = widest(ground, reach, along, narrowest)
    differs = ground - shades if is_bright else shades - ground
    if is_bright and is_light:
        differs = differs / np.maximum(ground, DARKEST)
    # The largest of what is noisy lies above the rest of it; and of a digit that was cut out tightly, ground is less than half.
    ink: Values = np.maximum(differs - np.quantile(differs, LEAST_GROUND), 0).astype(np.float32)
    return ink


def _axis(colours: Values) -> Values:
    """Return the direction (3,) in which colours differ where something begins or ends: of grey ones a third of each, of others more of some."""
    down, across = colours[2:] - colours[:-2], colours[:, 2:] - colours[:, :-2]
    steps = np.concatenate([down.reshape(-1, 3), across.reshape(-1, 3)])
    axis = np.linalg.eigh(steps.T @ steps)[1][:, -1]
    axis = axis * np.sign(axis.sum() or 1.0) / np.sqrt(3)
    # A trace of the opposite is a camera's, not another hue.
    return np.where((axis < 0) & (axis > -MIXED), 0, axis).astype(np.float32)


def ranged(colours: Values) -> Values:
    """Return colours (rows, columns, 3) without noise, in the range that a picture has: an underexposed one is as bright as another."""
    brightest = max(float(np.quantile(colours.max(axis=-1), BRIGHTEST)), 0.05)
    shades = np.rint(255 * (colours / brightest).clip(0, 1)).astype(np.uint8)
    smooth = Image.fromarray(shades).filter(ImageFilter.GaussianBlur(BLUR))
    return np.asarray(smooth, np.float32) / np.float32(255)


def noise_of(ink: Values) -> float:
    """Return the spread of the noise of ink (rows, columns): what neighbours differ by where nothing is."""
    # Of two values that differ by chance, half differ by more than 0.95 times their spread; of ink, a part is cut off at 0.
    return CUT_OFF * float(np.median(np.abs(ink[:, 2:] - ink[:, :-2]))) / 0.95


def length(differs: Values) -> Values:
    """Return by how much colours (…, 3) differ: as grey values would that differ as much, though it may be one band alone."""
    found: Values = np.sqrt((differs**2).mean(axis=-1))
    return found


def stroke_width(ink: Mask) -> float:
    """Return how wide the strokes of ink (rows, columns) are, in pixels: its area by half its outline."""
    # Counted along rows and columns, an outline is longer than it is.
    outline = sum(int(np.count_nonzero(np.diff(np.pad(ink, 1).astype(np.int8), axis=axis))) for axis in (0, 1))
    return 2 * float(ink.sum()) / (max(outline, 1) * np.pi / 4)
