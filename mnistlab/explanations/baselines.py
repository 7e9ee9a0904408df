"""What a digit is compared with, and what covers it: a blank picture, itself without detail, or the mean digit."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.scaling import for_ascent
from mnistlab.data.sources import data_of, first_digits
from mnistlab.explanations.chain import Pictures
from mnistlab.patterns.smooth import blur_matrix
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.explanation import Baseline
from mnistlab.recipes.network import Scaling

# Blurred: strokes are 2 to 4 pixels wide, so that with this standard deviation none is left.
BLUR = 4.0
# The mean of so many digits has settled.
AVERAGED = 2_000


def baselines(
    name: Baseline, pictures: Pictures, scaling: Scaling, data: DataName | None = None
) -> NDArray[np.float32]:
    """Return the baseline of each picture (count, 28, 28), in its grey values.

    Arguments:
        name: which.
        pictures: (count, 28, 28) float32, standardised.
        scaling: of the network; decides the grey values of the mean digit.
        data: what the network learned from, whose mean digit it is.

    Raises:
        DataError: if the mean digit is asked for and the digits cannot be read.
    """
    match name:
        case "blank":
            return np.broadcast_to(pictures.min(axis=(1, 2), keepdims=True), pictures.shape).copy()
        case "blurred":
            matrix = blur_matrix(BLUR)
            return (matrix @ pictures @ matrix.T).astype(np.float32)
        case "mean":
            return np.broadcast_to(_mean_digit(data_of(data), scaling), pictures.shape).copy()


@lru_cache(maxsize=8)
def _mean_digit(data: DataName, scaling: Scaling) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = for_ascent(first_digits(data, "test", AVERAGED).images, scaling).mean(axis=0)
    mean.setflags(write=False)
    return mean
