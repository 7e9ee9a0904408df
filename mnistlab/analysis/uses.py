"""What a convolution makes of many digits -> what each of its maps adds to their answers, and which answers stay without those that add most."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.reading import after
from mnistlab.analysis.shares import Floats, Trace, Weights
from mnistlab.recipes.network import NetworkRecipe

# Digits of which it is seen whether their answers stay: enough for a curve, and one batch.
KEPT_OVER = 500


def shares_in_answers(recipe: NetworkRecipe, weights: Weights, layer: str, values: NDArray[np.float32]) -> Floats:
    """Return what each map adds to the largest output less the next, before softmax, (digits, maps).

    Arguments:
        recipe: of the network.
        weights: by name.
        layer: name of a convolution.
        values: (digits, rows, columns, maps) what it makes of the digits.
    """
    trace = Trace(recipe, weights, values, layer)
    first, second = np.argsort(-trace.steps[-1].values, axis=1, kind="stable")[:, :2].T
    return _between(trace, first, second)


def shares_between(
    recipe: NetworkRecipe,
    weights: Weights,
    layer: str,
    values: NDArray[np.float32],
    labels: NDArray[np.int64],
    against: NDArray[np.int64],
) -> Floats:
    """Return what each map adds to one output less another, before softmax, (digits, maps).

    Arguments:
        recipe: of the network.
        weights: by name.
        layer: name of a convolution.
        values: (digits, rows, columns, maps) what it makes of the digits.
        labels: (digits,) the output of each.
        against: (digits,) the other.
    """
    return _between(Trace(recipe, weights, values, layer), labels, against)


def answers_kept(
    recipe: NetworkRecipe,
    weights: Weights,
    layer: str,
    values: NDArray[np.float32],
    ranks: NDArray[np.floating],
    counts: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Return in which share of the digits the answer stays after so many maps are muted, (k,).

    Arguments:
        recipe: of the network.
        weights: by name.
        layer: name of a convolution.
        values: (digits, rows, columns, maps) what it makes of the digits.
        ranks: (digits, maps) for each digit, the maps with the largest are muted first.
        counts: (k,) how many.
    """
    places = np.argsort(np.argsort(-ranks, axis=1, kind="stable"), axis=1)
    answers = after(recipe, weights, layer, values).argmax(axis=1)
    kept = [
        (after(recipe, weights, layer, values * (places >= count)[:, None, None, :]).argmax(axis=1) == answers).mean()
        for count in counts
    ]
    return np.array(kept, np.float32)


def _between(trace: Trace, labels: NDArray[np.int64], against: NDArray[np.int64]) -> Floats:
    last = trace.steps[-1]
    classes = np.eye(last.values.shape[1])
    return trace.stages(last.layer.row.name, classes[labels] - classes[against])[-1].by_map
