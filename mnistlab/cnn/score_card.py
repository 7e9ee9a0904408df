"""A pattern and its target -> figures that show how unnatural it is, compared with real digits."""

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
from mnistlab.results.oip import ScoreCard
from mnistlab.store.networks import StoredNetwork

NEIGHBOURS = 9


def score_card(target: TargetRecipe, network: StoredNetwork, pattern: NDArray[np.float32], digits: Digits) -> ScoreCard:
    """Return the score card of `pattern` (28, 28), standardised.

    Raises:
        RecipeError: if the network has no such target.
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
        digits.images[best],
        _boxes(goal, network, standardise(digits.images[best])),
        network.digest,
    )


def _boxes(goal: Goal, network: StoredNetwork, images: NDArray[np.float32]) -> NDArray[np.int64]:
    activations = observer_of(network, goal.layer).maps(images)
    if activations.ndim == 2:
        return np.tile([0, 0, IMAGE_SIZE - 1, IMAGE_SIZE - 1], (len(images), 1))
    columns = activations.shape[2]
    # (images, positions): the contribution of each position to the score.
    share = (activations @ goal.maps).reshape(len(images), -1) * goal.positions
    seen = [receptive_field(network.recipe, goal.layer, *divmod(int(best), columns)) for best in share.argmax(axis=1)]
    first, end = ([(field.top, field.left) for field in seen], [(field.bottom, field.right) for field in seen])
    return np.concatenate([first, np.minimum(end, IMAGE_SIZE) - 1], axis=1)
