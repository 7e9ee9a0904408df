"""What a convolution makes of many digits -> what each of its maps adds to their answers."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.shares import Floats, Trace, Weights
from mnistlab.recipes.network import NetworkRecipe


def shares_in_answers(recipe: NetworkRecipe, weights: Weights, layer: str, values: NDArray[np.float32]) -> Floats:
    """Return what each map adds to the largest output less the next, before softmax, (digits, maps).

    Arguments:
        recipe: of the network.
        weights: by name.
        layer: name of a convolution.
        values: (digits, rows, columns, maps) what it makes of the digits.
    """
    trace = Trace(recipe, weights, values, layer)
    last = trace.steps[-1]
    first, second = np.argsort(-last.values, axis=1, kind="stable")[:, :2].T
    classes = np.eye(recipe.classes)
    return trace.stages(last.layer.row.name, classes[first] - classes[second])[-1].by_map
