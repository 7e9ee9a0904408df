"""What would change the answer to a digit: into each class, among all pictures and among written digits."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.arrays import ArrayResult

Lack = Literal["", "no generator", "not rebuilt"]


@dataclass(frozen=True)
class Turned(ArrayResult):
    """The smallest changes of a digit that were found.

    Attributes:
        outputs: (classes,) float32, of the last layer, for the digit.
        pictures: (classes, 28, 28) uint8, the changed picture that is read as each class; the digit itself where there is none.
        found: (classes,) bool, whether there is one.
        picture_outputs: (classes, classes) float32, the outputs for each changed picture.
        rebuilt: (28, 28) uint8, the digit as the generator writes it.
        rebuilt_outputs: (classes,) float32, the outputs for it.
        walks: (classes, steps, 28, 28) uint8, written digits on the way from `rebuilt` to each class.
        walk_outputs: (classes, steps, classes) float32, the outputs for them.
        first: (classes,) int32, the first step of each walk that is read as the class; −1 where none is.
        lack: why there are no walks.
    """

    outputs: NDArray[np.float32]
    pictures: NDArray[np.uint8]
    found: NDArray[np.bool_]
    picture_outputs: NDArray[np.float32]
    rebuilt: NDArray[np.uint8]
    rebuilt_outputs: NDArray[np.float32]
    walks: NDArray[np.uint8]
    walk_outputs: NDArray[np.float32]
    first: NDArray[np.int32]
    lack: Lack = ""
