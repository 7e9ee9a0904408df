"""A start recipe -> the start images of an ascent."""

import base64
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.sources import data_of, digits
from mnistlab.data.standardise import standardise
from mnistlab.errors import RecipeError
from mnistlab.patterns.fluctuations import fluctuations
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.network import IMAGE_SIZE
from mnistlab.recipes.start import DigitStart, DrawingStart, FileStart, FluctuationStart, StartRecipe

SHAPE = (IMAGE_SIZE, IMAGE_SIZE)
# 28×28 numbers of 16 bytes and NumPy's header; a longer file cannot be a start image.
MOST_BYTES = 20_000


def start_images(
    start: StartRecipe, answers: int = 1, allow_files: bool = False, learned: DataName | None = None
) -> NDArray[np.float32]:
    """Return the start images (answers, 28, 28) of an ascent, standardised.

    Arguments:
        start: the choices.
        answers: number of images; more than one for fluctuations only.
        allow_files: whether a path may be read: on the command line, never for a page.
        learned: what the network learned from, whose digits may be a start; None: unknown.

    Raises:
        RecipeError: if a file cannot be used, or the image is grey, on which no ascent can start.
        DataError: if the digits cannot be read.
    """
    image: NDArray[np.float32]
    match start:
        case FluctuationStart():
            return np.stack([fluctuations(start, answer) for answer in range(answers)])
        case DigitStart():
            image = np.asarray(_digit(start, data_of(learned)), np.float32) / np.float32(255)
        case DrawingStart():
            drawn = np.frombuffer(base64.b64decode(start.pixels), np.uint8).reshape(SHAPE)
            image = np.asarray(drawn, np.float32) / np.float32(255)
        case FileStart():
            if not allow_files:
                raise RecipeError(
                    "A start from a file is for the command line only. Use a drawing, a digit or fluctuations."
                )
            image = read_picture(Path(start.path), "start file")
    if np.ptp(image) == 0:
        raise RecipeError("The start image has the same grey value everywhere. Give it some pattern to start from.")
    return standardise(image[None])


def _digit(start: DigitStart, data: DataName) -> NDArray[np.uint8]:
    some = digits(data, start.split)
    if start.index >= len(some):
        raise RecipeError(f"There are {len(some):,} such digits, counted from 0; there is no digit {start.index}.")
    image: NDArray[np.uint8] = some.images[start.index]
    return image


def read_picture(path: Path, what: str) -> NDArray[np.float32]:
    """Return the image (28, 28) of an .npy file, scaled to a largest value of 1, the range that the floor in `standardise` is meant for.

    Arguments:
        path: the file.
        what: what it is called in errors, such as "start file".

    Raises:
        RecipeError: if it cannot be read, or holds something else.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RecipeError(f"{path.name} is too large for an image of {SHAPE} numbers.")
        # NumPy does not close a file that it opened itself and cannot read.
        with path.open("rb") as file:
            image = np.load(file, allow_pickle=False)
    except FileNotFoundError:
        raise RecipeError(f"There is no {what} {path.name}. Mend the path in the recipe.") from None
    except RecipeError:
        raise
    except Exception as error:  # NumPy raises a dozen kinds of error for damaged files.
        raise RecipeError(f"The {what} {path.name} cannot be read as .npy ({type(error).__name__}).") from None
    if not isinstance(image, np.ndarray) or image.shape != SHAPE or image.dtype.kind not in "fiub":
        shape = getattr(image, "shape", "no single array")
        raise RecipeError(f"The {what} {path.name} should hold {SHAPE} real numbers. Received: {shape}.")
    if not np.isfinite(image).all():
        raise RecipeError(f"The {what} {path.name} holds a value that is not a finite number. Replace it.")
    # In double precision, because scaling float32 could overflow.
    image = image.astype(np.float64)
    scaled: NDArray[np.float32] = (image / max(np.abs(image).max(), np.finfo(np.float64).tiny)).astype(np.float32)
    return scaled
