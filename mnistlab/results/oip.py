"""The pattern at the end of an ascent, and its figures."""

from dataclasses import dataclass
from typing import NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.arrays import ArrayResult


class OipFigures(TypedDict):
    """The figures of an OIP, as in `summary.json`.

    `status`: final status of the ascent; `score`: score of the pattern; `steps`: number of steps; `rescued_steps`: number of steps that passed
    a silent target's relu; `read_as`, `read_with`: the network's reading of the pattern, and its output for that class; `distinct_patterns`: among several starts.
    """

    status: str
    score: float
    steps: int
    rescued_steps: int
    read_as: int
    read_with: float
    distinct_patterns: NotRequired[int]


@dataclass(frozen=True)
class OipResult(ArrayResult):
    """An OIP; fields are those of the first start, if there are several.

    Attributes:
        figures: its figures.
        recipe: digest of its recipe. network: digest of its network.
        start: (28, 28) float32, standardised. image: the same at the end of the ascent.
        scores: (steps,) float32, after each step.
        report_steps: (r,) int64. report_images: (r, 28, 28) float32, after those steps.
        status: (), final status, as in `figures`.
        answers: (n, 28, 28) float32, the final image of each start, if there are several. answer_scores: (n,) float32.
            answer_status: (n,) text. groups: (n,) int64, equal numbers for equal patterns, −1 for a start that never moved.
    """

    figures: OipFigures
    recipe: str
    network: str
    start: NDArray[np.float32]
    image: NDArray[np.float32]
    scores: NDArray[np.float32]
    report_steps: NDArray[np.int64]
    report_images: NDArray[np.float32]
    status: NDArray[np.str_]
    answers: NDArray[np.float32] | None = None
    answer_scores: NDArray[np.float32] | None = None
    answer_status: NDArray[np.str_] | None = None
    groups: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class ScoreCard:
    """Figures that show how unnatural a pattern is, compared with real digits.

    Attributes:
        score: score of the pattern.
        best_digit_score: largest score of any of the digits.
        relative: score over best_digit_score; NaN if no digit excites the target.
        read_as: the network's reading of the pattern. read_with: its output for that class.
        digits: (9,) int64, numbers of the digits that excite the target most, the strongest first.
        digit_scores: (9,) float32. labels: (9,) uint8. images: (9, 28, 28) uint8.
        boxes: (9, 4) int64, the receptive field of the most excited node in each digit: first row, first column, last row, last
            column, inclusive; the whole image for dense layers.
        network: digest of the network.
    """

    score: float
    best_digit_score: float
    relative: float
    read_as: int
    read_with: float
    digits: NDArray[np.int64]
    digit_scores: NDArray[np.float32]
    labels: NDArray[np.uint8]
    images: NDArray[np.uint8]
    boxes: NDArray[np.int64]
    network: str
