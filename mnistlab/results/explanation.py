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


@dataclass(frozen=True)
class Trials(ArrayResult):
    """How methods stand two tests on one digit; in order of the recipe, and last a control that asks no network.

    Likeness is the correlation of ranks over the digit's ink: 1 for the same pixels in the same order, 0 for no more than chance.

    Attributes:
        layers: (layers,) text, the layers with weights, outputs first.
        maps: (methods, layers + 1, 28, 28) float32, what each method marks: with the network as it is, and with the last 1, 2, … layers made random.
        alike: (methods + 1, layers) float32, the likeness of these to the first.
        moved: (methods + 1, 4) float32, the likeness of what is marked when the digit is moved by a pixel to the right, left, up and down, and what is marked moved back.
        certainty: (5,) float32, what is left of the answer, of the digit as it is and moved.
    """

    layers: NDArray[np.str_]
    maps: NDArray[np.float32]
    alike: NDArray[np.float32]
    moved: NDArray[np.float32]
    certainty: NDArray[np.float32]
