"""The digit of an explanation's recipe -> its picture, as it comes to the network."""

from pathlib import Path

import numpy as np

from mnistlab.data.drawing import from_text
from mnistlab.data.scaling import for_ascent
from mnistlab.data.sources import data_of, digits
from mnistlab.data.standardise import standardise
from mnistlab.errors import RecipeError
from mnistlab.explanations.chain import Pictures
from mnistlab.patterns.starts import read_picture
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.explanation import ExplainedDigit
from mnistlab.recipes.network import Scaling

WHITE = 255


def picture_of(
    digit: ExplainedDigit, scaling: Scaling, allow_files: bool = False, learned: DataName | None = None
) -> Pictures:
    """Return the picture of a digit, (1, 28, 28) float32: standardised, or for a network of another scaling by the mean and spread of MNIST.

    Arguments:
        digit: which.
        scaling: of the network.
        allow_files: whether a path may be read: on the command line, never for a page.
        learned: what the network learned from, whose digits are meant if somebody brought it; None: unknown.

    Raises:
        RecipeError: if a file cannot be used, there is no such digit, or there is nothing on the picture.
        DataError: if the digits cannot be read.
    """
    if digit.path is not None:
        if not allow_files:
            raise RecipeError("A digit from a file is for the command line only. Use a drawing or a digit of the set.")
        image = read_picture(Path(digit.path), "digit's file")
        # (A network of another scaling takes grey values as bytes; there is nothing below black.)
        picture = (
            standardise(image[None])
            if scaling == "standardised"
            else for_ascent(np.rint(WHITE * image[None].clip(0, 1)).astype(np.uint8), scaling)
        )
    elif digit.pixels is not None:
        picture = for_ascent(from_text(digit.pixels)[None], scaling)
    else:
        some = digits(data_of(learned), digit.split)
        if digit.index >= len(some):
            raise RecipeError(f"There are {len(some):,} such digits, counted from 0; there is no digit {digit.index}.")
        picture = for_ascent(some.images[digit.index][None], scaling)
    if not np.ptp(picture):
        raise RecipeError("The digit's picture has the same grey value everywhere, so there is nothing to explain.")
    return picture
