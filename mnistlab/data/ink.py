"""Colours of a picture -> the amount of ink on each pixel: how much it differs from its background in lightness or colour.

The background is estimated by removing everything narrow enough to be a stroke (a morphological closing for dark ink, an opening for
bright ink). That keeps the edge of a shadow, a desk or a sheet in place, hard or soft, and follows uneven light.
"""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Values = NDArray[np.float32]
Mask = NDArray[np.bool_]
Array = TypeVar("Array", bound=NDArray[Any])
# Widest possible stroke, as a share of the longer side.
STROKE = 0.3
# Radius of the blur that removes noise before maxima are taken, in pixels.
BLUR = 0.7
# The background counts as at least this bright, so that noise in black areas is not ink.
DARKEST = 0.2
# Least share of a picture that is background; half of it is cut off at 0, and its noise is larger than it then looks by this factor.
LEAST_GROUND, CUT_OFF = 0.25, 1.2
# A band that changes the other way by less than this share counts as unchanged.
MIXED = 0.1
# Quantile taken as the brightest, to leave out single glints.
BRIGHTEST = 0.995


def widest(values: Array, reach: int, axis: int, narrowest: bool = False) -> Array:
    """Return the largest of the values up to `reach` elements away along an axis; the smallest if `narrowest`."""
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
    """Return a mask (rows, columns) widened by `reach` pixels on each side."""
    return widest(widest(mask, reach, 0), reach, 1)


def shades_of(colours: Values) -> tuple[Values, bool]:
    """Return the shades (rows, columns) of colours (rows, columns, 3) along the direction of greatest contrast, and whether larger is brighter in all bands."""
    axis = _axis(colours)
    return (colours @ axis).astype(np.float32), bool(axis.min() >= 0)


def ink_on(shades: Values, is_bright: bool, is_light: bool = True) -> Values:
    """Return how much each pixel differs from its background, (rows, columns) from 0 to about 1.

    Arguments:
        shades: (rows, columns) from 0 to 1.
        is_bright: whether the background is brighter than the ink.
        is_light: whether shades are intensities of light; ink absorbs a share of the light, in shadow as elsewhere.
    """
    reach = max(1, round(STROKE * max(shades.shape) / 2))
    ground = shades
    for narrowest in (not is_bright, is_bright):
        for along in (0, 1):
            ground = widest(ground, reach, along, narrowest)
    differs = ground - shades if is_bright else shades - ground
    if is_bright and is_light:
        differs = differs / np.maximum(ground, DARKEST)
    # The maximum of noisy values lies above most of them. A quantile below the median, because a tightly cropped digit has less than half background.
    ink: Values = np.maximum(differs - np.quantile(differs, LEAST_GROUND), 0).astype(np.float32)
    return ink


def _axis(colours: Values) -> Values:
    """Return the direction (3,) in which colours change most at edges: equal parts of all bands for grey pictures."""
    down, across = colours[2:] - colours[:-2], colours[:, 2:] - colours[:, :-2]
    steps = np.concatenate([down.reshape(-1, 3), across.reshape(-1, 3)])
    axis = np.linalg.eigh(steps.T @ steps)[1][:, -1]
    axis = axis * np.sign(axis.sum() or 1.0) / np.sqrt(3)
    # A small opposite change is the camera's, not another hue.
    return np.where((axis < 0) & (axis > -MIXED), 0, axis).astype(np.float32)


def ranged(colours: Values) -> Values:
    """Return colours (rows, columns, 3) smoothed and scaled to their brightest, so that underexposed pictures are as bright as others."""
    brightest = max(float(np.quantile(colours.max(axis=-1), BRIGHTEST)), 0.05)
    shades = np.rint(255 * (colours / brightest).clip(0, 1)).astype(np.uint8)
    smooth = Image.fromarray(shades).filter(ImageFilter.GaussianBlur(BLUR))
    return np.asarray(smooth, np.float32) / np.float32(255)


def noise_of(ink: Values) -> float:
    """Return the standard deviation of the noise of ink (rows, columns), from the differences of neighbours on the background."""
    # Half of the differences of two normal values exceed 0.95 times their standard deviation; ink is also cut off at 0.
    return CUT_OFF * float(np.median(np.abs(ink[:, 2:] - ink[:, :-2]))) / 0.95


def length(differs: Values) -> Values:
    """Return the size of colour differences (…, 3) as their root mean square over the bands, comparable with a difference of grey values."""
    found: Values = np.sqrt((differs**2).mean(axis=-1))
    return found


def stroke_width(ink: Mask) -> float:
    """Return the mean stroke width of ink (rows, columns) in pixels: its area divided by half its outline."""
    # An outline counted along rows and columns is longer than the true one by 4/π.
    outline = sum(int(np.count_nonzero(np.diff(np.pad(ink, 1).astype(np.int8), axis=axis))) for axis in (0, 1))
    return 2 * float(ink.sum()) / (max(outline, 1) * np.pi / 4)
