"""A picture somebody brought -> the digit on it, (28, 28) uint8 white on black, as MNIST has them."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from mnistlab.data.centring import centred
from mnistlab.data.picture_files import deep_to_real, is_deep, is_transparent, open_picture, shrunk
from mnistlab.errors import DataError

# The longer side after shrinking, ten times that of a digit; the shorter one must keep some pixels.
LONGEST, SHORTEST = 320, 4
# Ink and paper must differ by this part of the whole range of grey.
LEAST_CONTRAST = 0.12
# Where a paper's shades end and ink begins, between the two: below it grey becomes black.
MIDDLE = 0.5
# Specks are looked for at this resolution; what is smaller than this part of the largest piece is one.
PIECES_SIDE, LEAST_PIECE = 64, 0.06
# Light is looked at in squares, so many along the longer side, and changes over no fewer than these.
LIGHT_SIDE, LIGHT_REACH = 40, 7

Ground = Literal["automatic", "bright", "dark"]


def read_picture(content: bytes) -> NDArray[np.float32]:
    """Return a picture as grey values from 0 to 1, upright, its longer side at most LONGEST.

    Raises:
        DataError: it is no picture of the kinds that are read, too large, too small, too narrow, or damaged.
    """
    return open_picture(content, _grey, LONGEST, SHORTEST)


def _grey(picture: Image.Image) -> NDArray[np.float32]:
    """Return grey values from 0 to 1, on white where the picture is transparent, shrunk."""
    if is_deep(picture):
        grey = shrunk(picture, LONGEST, deep_to_real(picture))
        grey.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
        return np.asarray(grey, np.float32)
    if is_transparent(picture):
        clear = shrunk(picture, LONGEST, lambda strip: strip.convert("RGBA"))
        clear.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
        # Ink may be white on nothing or black on nothing: what is not there gets the opposite of what is.
        bands = np.asarray(clear, np.float32) / np.float32(255)
        ink, alpha = bands[..., :3].mean(axis=-1), bands[..., 3]
        mean = float((ink * alpha).sum() / max(float(alpha.sum()), 1e-6))
        ground = 0.0 if mean > MIDDLE else 1.0
        return np.asarray(alpha * ink + (1 - alpha) * ground, np.float32)
    # The numbers of these two are no shades, so they cannot be averaged.
    shades = shrunk(picture, LONGEST, lambda strip: strip.convert("L") if strip.mode in ("1", "P") else strip)
    shades.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    return np.asarray(shades.convert("L"), np.float32) / np.float32(255)


def digit_on(grey: NDArray[np.float32], ground: Ground = "automatic", threshold: float = MIDDLE) -> NDArray[np.uint8]:
    """Return the digit on a picture.

    Arguments:
        grey: (rows, columns) from 0 to 1, from `read_picture`.
        ground: whether the digit stands on a bright or on a dark ground; automatic: as the picture's rim is.
        threshold: between 0 (all that differs from the ground is ink) and 1 (only the darkest).

    Returns:
        (28, 28) uint8.

    Raises:
        DataError: there is nothing on it that stands out.
    """
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    is_bright = float(np.median(rim)) > MIDDLE if ground == "automatic" else ground == "bright"
    ink = 1 - grey if is_bright else grey
    # Light falls unevenly on a photographed sheet: what varies over a third of the picture is light, not ink.
    if max(grey.shape) > 2 * 28 and is_bright:
        ink = np.maximum(ink - _light(ink), 0)
    else:
        ink = np.maximum(ink - float(np.median(rim if not is_bright else 1 - rim)), 0)
    strongest = float(np.quantile(ink, 0.995)) if ink.size > 28 * 28 else float(ink.max())
    strongest = max(strongest, 0.5 * float(ink.max()))
    if strongest < LEAST_CONTRAST:
        raise DataError(
            "There is nothing on this picture that stands out as a digit. Take one with dark strokes on a bright sheet."
        )
    share = np.minimum(ink / strongest, 1)
    if max(grey.shape) > 2 * 28:
        # A pen's stroke is black with a soft rim; paper and its shades are not.
        low = MIDDLE * threshold
        share = np.clip((share - low) / max(0.3, 1 - low - 0.35), 0, 1)
        share = _largest(share)
    return centred(share)


def _light(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what the ground contributes: the least ink around each pixel, smoothed."""
    blocks = _blocks(ink, LIGHT_SIDE, fill=1.0).min(axis=(1, 3))
    small = Image.fromarray(np.rint(255 * blocks).astype(np.uint8))
    ground = small.filter(ImageFilter.MinFilter(LIGHT_REACH)).filter(ImageFilter.GaussianBlur(LIGHT_REACH / 2))
    block = -(-max(ink.shape) // LIGHT_SIDE)
    smooth = ground.resize((small.width * block, small.height * block), Image.Resampling.BILINEAR)
    return np.asarray(smooth, np.float32)[: ink.shape[0], : ink.shape[1]] / np.float32(255)


def _blocks(values: NDArray[np.float32], side: int, fill: float) -> NDArray[np.float32]:
    """Cut (rows, columns) into squares, `side` along the longer side: (rows of squares, square, columns of squares, square)."""
    block = -(-max(values.shape) // side)
    rows, columns = (-(-length // block) for length in values.shape)
    padded = np.full((rows * block, columns * block), fill, np.float32)
    padded[: values.shape[0], : values.shape[1]] = values
    return padded.reshape(rows, block, columns, block)


def _largest(share: NDArray[np.float32]) -> NDArray[np.float32]:
    """Drop specks: pieces of ink far smaller than the largest one."""
    blocks = _blocks(share, PIECES_SIDE, fill=0.0)
    coarse = blocks.shape[1]
    pieces = _pieces(blocks.max(axis=(1, 3)) > MIDDLE / 2)
    sizes = np.bincount(pieces.ravel())[1:]
    kept = np.flatnonzero(sizes >= LEAST_PIECE * sizes.max(initial=0)) + 1
    mask = np.isin(pieces, kept).repeat(coarse, axis=0).repeat(coarse, axis=1)
    return np.where(mask[: share.shape[0], : share.shape[1]], share, 0).astype(np.float32)


def _pieces(ink: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Number the connected pieces of ink, 0 is paper: each pixel takes the largest number around it until nothing changes."""
    numbers = np.where(ink, np.arange(1, ink.size + 1).reshape(ink.shape), 0)
    while True:
        before = numbers
        for axis in (0, 1):
            for step in (1, -1):
                moved = np.roll(numbers, step, axis)
                edge = [slice(None), slice(None)]
                edge[axis] = slice(0, 1) if step == 1 else slice(-1, None)
                moved[tuple(edge)] = 0
                numbers = np.where(ink, np.maximum(numbers, moved), 0)
        if np.array_equal(before, numbers):
            break
    found, places = np.unique(numbers, return_inverse=True)
    result: NDArray[np.int64] = places.reshape(ink.shape) if found[0] == 0 else places.reshape(ink.shape) + 1
    return result
