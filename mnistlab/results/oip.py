"""The pattern an ascent has found, and what is said of it."""

from dataclasses import dataclass
from typing import NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.arrays import ArrayResult


class OipFigures(TypedDict):
    """The figures of an OIP, as `summary.json` has them.

    `status`: how the ascent ended; `score`: what the pattern reaches; `steps`: that were made; `rescued_steps`: in which a silent target was
    let through; `read_as`, `read_with`: the class the network gives the pattern, and its output for it; `distinct_patterns`: of several starts.
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
    """An OIP; all of the first start, if there are several.

    Attributes:
        figures: what is said of it.
        recipe: digest of the recipe that made it. network: digest of the network it was found in.
        start: (28, 28) float32, standardised. image: likewise, where the ascent ended.
        scores: (steps,) float32, after each step.
        report_steps: (r,) int64. report_images: (r, 28, 28) float32, after those steps.
        status: (), how it ended, as in `figures`.
        answers: (n, 28, 28) float32, the end of each start, where there are several. answer_scores: (n,) float32.
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
    """What to know of a pattern: how unnatural it is, set beside what real digits reach.

    Attributes:
        score: what the pattern reaches.
        best_digit_score: the largest that any of the digits reaches.
        relative: score over best_digit_score; NaN where no digit excites the target.
        read_as: the class the network gives the pattern. read_with: its output for that class.
        digits: (9,) int64, numbers of the digits that excite the target most, the strongest first.
        digit_scores: (9,) float32. labels: (9,) uint8. images: (9, 28, 28) uint8.
        boxes: (9, 4) int64, the square of each digit that the most excited node sees: first row, first column, last row, last
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
