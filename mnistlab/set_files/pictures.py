"""Pictures in a folder for each class -> arrays: grey, 28×28, with the name of the folder as label."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnistlab.data.picture_files import is_deep, is_transparent, open_picture
from mnistlab.errors import DataError
from mnistlab.set_files.arrays import Made
from mnistlab.set_files.parts import Part, UnreadableError
from mnistlab.set_files.splits import SIDE, split_of

ENDINGS = (".png", ".jpg", ".jpeg", ".jfif", ".bmp", ".gif", ".webp", ".tif", ".tiff")
# Of a file, and of its longer side.
MOST_BYTES, LONGEST_SIDE = 4_000_000, 2_000
LONGEST_NAME = 60


def is_picture(part: Part) -> bool:
    """Return whether a file is called as pictures are."""
    return part.name.lower().endswith(ENDINGS)


def read_pictures(parts: Sequence[Part]) -> tuple[list[Made], list[str]]:
    """Return pictures and labels as arrays, and sentences about what was left out or changed.

    Raises:
        UnreadableError: they are in no folders, or one cannot be read.
    """
    by_split: dict[str, list[tuple[Part, str]]] = {}
    loose = 0
    for part in sorted(parts, key=lambda part: part.name):
        *above, _ = part.name.replace("\\", "/").strip("/").split("/")
        if not above or (split_of(above[-1]) and len(above) == 1):
            loose += 1
            continue
        split = next((found for folder in above[:-1] if (found := split_of(folder))), "")
        by_split.setdefault(split, []).append((part, above[-1][:LONGEST_NAME]))
    if not by_split:
        raise UnreadableError("The pictures are in no folders; put those of each class into a folder with its name.")
    arrays, resized = [], 0
    for split, group in by_split.items():
        images = np.empty((len(group), SIDE, SIDE), np.uint8)
        for number, (part, _) in enumerate(group):
            images[number], was_resized = _grey(part)
            resized += was_resized
        arrays += [Made(f"x_{split}", images), Made(f"y_{split}", np.array([label for _, label in group]))]
    notes = [f"{loose} pictures outside of the folders of classes were left out."] if loose else []
    if resized:
        notes.append(f"{resized:,} of the pictures had another size and were brought to 28×28.")
    return arrays, notes


def _grey(part: Part) -> tuple[NDArray[np.uint8], bool]:
    """Return a picture (28, 28) uint8, and whether it had another size."""
    try:
        grey = open_picture(part.whole(MOST_BYTES), _flat, LONGEST_SIDE, largest=LONGEST_SIDE)
    except DataError as error:
        raise UnreadableError(f"The picture {part.short} cannot be read: {error}") from None
    if grey.size == (SIDE, SIDE):
        return np.asarray(grey), False
    return _fitted(grey), True


def _flat(picture: Image.Image) -> Image.Image:
    """Return a picture in grey; what is transparent gets the other shade than what is there."""
    if picture.mode == "1" or picture.mode == "L":
        return picture.convert("L")
    if is_deep(picture):
        values = np.asarray(picture, np.float64)
        return Image.fromarray((values / max(values.max(), 255.0) * 255).astype(np.uint8))
    if not is_transparent(picture):
        return picture.convert("L")
    bands = np.asarray(picture.convert("RGBA").convert("LA"), np.float64)
    grey, there = bands[..., 0], bands[..., 1] / 255
    ink = (grey * there).sum() / max(there.sum(), 1e-9)
    ground = 0.0 if ink > 127 else 255.0
    return Image.fromarray(np.rint(grey * there + ground * (1 - there)).astype(np.uint8))


def _fitted(grey: Image.Image) -> NDArray[np.uint8]:
    """Return a picture shrunk or enlarged into 28×28, with the shade of its rim beside it where it is no square."""
    scale = SIDE / max(grey.size)
    size = tuple(max(1, round(side * scale)) for side in grey.size)
    small = np.asarray(grey.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC))  # type: ignore[arg-type]
    rim = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    result = np.full((SIDE, SIDE), np.uint8(np.median(rim)))
    top, left = (SIDE - small.shape[0]) // 2, (SIDE - small.shape[1]) // 2
    result[top : top + small.shape[0], left : left + small.shape[1]] = small
    return result
