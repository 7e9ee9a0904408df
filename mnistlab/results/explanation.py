"""Explanations of one answer, and how far each can be believed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.arrays import ArrayResult


@dataclass(frozen=True)
class ExplanationResult(ArrayResult):
    """Explanations of one digit by several methods.

    Attributes:
        maps: (methods, 28, 28) float32, how much each pixel of the standardised picture counts; below zero: against.
        methods: (methods,) text, their names in the recipe.
        outputs: (classes,) float32, the network's outputs before softmax.
        deletion, insertion: (methods + 2, 11) float32, what is left of the answer as ink is taken away or put on; the two controls come last.
    """

    maps: NDArray[np.float32]
    methods: NDArray[np.str_]
    outputs: NDArray[np.float32]
    deletion: NDArray[np.float32]
    insertion: NDArray[np.float32]
