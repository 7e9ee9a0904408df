"""A pattern and its target -> the numbers that say how unnatural it is: set beside what real digits reach."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.receptive import receptive_field
from mnistlab.cnn.ascent.goals import Goal, goal_of
from mnistlab.cnn.ascent.loop import batch_size
from mnistlab.cnn.ascent.program import program_for
from mnistlab.cnn.responses import observer_of, read_classes
from mnistlab.data.digits import Digits
from mnistlab.data.standardise import standardise
from mnistlab.recipes.network import IMAGE_SIZE
from mnistlab.recipes.target import TargetRecipe
from mnistlab.store.networks import StoredNetwork

NEIGHBOURS = 9


@dataclass(frozen=True)
class ScoreCard:
    """What to know of a pattern.

    Attributes:
        score: what the pattern reaches.
        best_digit_score: the largest that any of the digits reaches.
        relative: score over best_digit_score; NaN where no digit excites the target.
        read_as: the class the network gives the pattern; read_with: its output for that class.
        digits: (9,) int64, numbers of the digits that excite the target most, the strongest first.
        digit_scores: (9,) float32. labels: (9,) uint8.
        boxes: (9, 4) int64, the square of each digit that the most excited node sees: first row, first column, last row, last
            column, inclusive; the whole image for dense layers.
    """

    score: float
    best_digit_score: float
    relative: float
    read_as: int
    read_with: float
    digits: NDArray[np.int64]
    digit_scores: NDArray[np.float32]
    labels: NDArray[np.uint8]
    boxes: NDArray[np.int64]


def score_card(target: TargetRecipe, network: StoredNetwork, pattern: NDArray[np.float32], digits: Digits) -> ScoreCard:
    """Return the score card of `pattern` (28, 28), standardised.

    Raises:
        RecipeError: the network has no such target.
    """
    goal = goal_of(target, network.recipe)
    program = program_for(network, goal.layer, goal.single is not None)
    size = batch_size(network)
    scores = np.empty(len(digits), np.float32)
    for start in range(0, len(digits), size):
        images = standardise(digits.images[start : start + size])
        scores[start : start + size] = program.scores(images, program.targets([goal] * len(images)))
    score = float(program.scores(pattern[None], program.targets([goal]))[0])
    best = np.argsort(-scores, kind="stable")[:NEIGHBOURS]
    top = float(scores[best[0]])
    classes, outputs = read_classes(network, pattern[None])
    return ScoreCard(
        score,
        top,
        score / top if top > 0 else float("nan"),
        int(classes[0]),
        float(outputs[0]),
        best,
        scores[best],
        digits.labels[best],
        _boxes(goal, network, standardise(digits.images[best])),
    )


def _boxes(goal: Goal, network: StoredNetwork, images: NDArray[np.float32]) -> NDArray[np.int64]:
    activations = observer_of(network, goal.layer).maps(images)
    if activations.ndim == 2:
        return np.tile([0, 0, IMAGE_SIZE - 1, IMAGE_SIZE - 1], (len(images), 1))
    columns = activations.shape[2]
    # (images, positions): what each position adds to the score.
    share = (activations @ goal.maps).reshape(len(images), -1) * goal.positions
    seen = [receptive_field(network.recipe, goal.layer, *divmod(int(best), columns)) for best in share.argmax(axis=1)]
    first, end = ([(field.top, field.left) for field in seen], [(field.bottom, field.right) for field in seen])
    return np.concatenate([first, np.minimum(end, IMAGE_SIZE) - 1], axis=1)
