"""Why the digits of a test set are read as they are, seen together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.arrays import ArrayResult


@dataclass(frozen=True)
class ClassReasons(ArrayResult):
    """The relevance of pixels over a test set, by one method; digits by their numbers in the set.

    Attributes:
        mean: (classes, 28, 28) float32, the mean relevance over each class's digits that are read right: for the output of their class, before softmax.
        ink: (classes, 28, 28) uint8, the mean of these digits.
        right: (classes,) int64, how many these are.
        likeness: (digits,) float32, how like the relevance of a digit is to the mean of the others of its class, from −1 to 1; NaN for those read wrong.
        ink_likeness: (digits,) float32, the same of the ink alone.
        unusual: (classes, k) int32, the digits read right with the least likeness, the least first; −1 where there are no more.
        unusual_maps: (classes, k, 28, 28) float32, their relevance.
        wrong: (w,) int32, digits read wrong, the most certain first; not all, where there are very many.
        mistakes: () int64, how many are read wrong in all.
        read: (w,) uint8, as what these are read.
        wrong_maps: (w, 28, 28) float32, the relevance for the output of what is read, less that of the true class.
        by_map: (w, maps) float32, what each map of the last convolution adds to that difference.
        mended: (3,) float64, the share of these read right once the maps are muted that add most to it, as many random ones, and as many of the most active ones.
    """

    mean: NDArray[np.float32]
    ink: NDArray[np.uint8]
    right: NDArray[np.int64]
    likeness: NDArray[np.float32]
    ink_likeness: NDArray[np.float32]
    unusual: NDArray[np.int32]
    unusual_maps: NDArray[np.float32]
    wrong: NDArray[np.int32]
    mistakes: NDArray[np.int64]
    read: NDArray[np.uint8]
    wrong_maps: NDArray[np.float32]
    by_map: NDArray[np.float32]
    mended: NDArray[np.float64]
