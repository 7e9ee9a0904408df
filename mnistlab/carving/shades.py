"""Colours -> grey values, and grey values of a dream -> shades for the screen (algorithms.md §6)."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnistlab.recipes.dream import ContrastRecipe, CropRecipe, Gray

FORMULAS: dict[Gray, tuple[float, float, float]] = {
    "601": (0.299, 0.587, 0.114),
    "709": (0.2126, 0.7152, 0.0722),
    "simple": (0.3, 0.59, 0.11),
}


def square(photo: NDArray[np.uint8], crop: CropRecipe, size: int) -> NDArray[np.uint8]:
    """Return the chosen square (size, size, 3) of a photo (rows, columns, 3), both uint8."""
    height, width = photo.shape[:2]
    side = max(1.0, crop.side * min(height, width))
    left, top = crop.across * (width - side), crop.down * (height - side)
    box = left, top, left + side, top + side
    if (height, width) == (size, size) and side == size:
        return photo
    return np.asarray(Image.fromarray(photo).resize((size, size), Image.Resampling.LANCZOS, box))


def grey_of(colours: NDArray[np.uint8], formula: Gray) -> NDArray[np.float32]:
    """Return the grey values (rows, columns) float32 from 0 to 255 of colours (rows, columns, 3)."""
    grey: NDArray[np.float32] = colours.astype(np.float32) @ np.array(FORMULAS[formula], np.float32)
    return grey


def shown(picture: NDArray[np.float32], original: NDArray[np.float32], contrast: ContrastRecipe) -> NDArray[np.uint8]:
    """Return grey values (…, rows, columns) as shades: clip(height · picture, ± spectrum · min(|min|, |max|) of the original)."""
    limit = contrast.spectrum * float(min(abs(original.min()), abs(original.max())))
    if limit == 0:
        return np.full(picture.shape, 128, np.uint8)
    share = np.clip(contrast.height * picture / limit, -1, 1)
    shades: NDArray[np.uint8] = np.rint(127.5 + 127.5 * share).astype(np.uint8)
    return shades


def coloured(shades: NDArray[np.uint8], colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture (rows, columns, 3) with the brightness of `shades` (rows, columns) and the hues of `colours`."""
    _, blue, red = Image.fromarray(colours).convert("YCbCr").split()
    return np.asarray(Image.merge("YCbCr", (Image.fromarray(shades), blue, red)).convert("RGB"))
