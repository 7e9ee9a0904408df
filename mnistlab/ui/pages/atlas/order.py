"""An atlas -> the maps to show, and their order."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.patterns.similarity import similarities
from mnistlab.results.atlas import Atlas


def ordered(atlas: Atlas, sort: str) -> NDArray[np.int64]:
    """Return the indices of an atlas's maps in an order of `view.SORTS`."""
    match sort:
        case "score":
            return np.argsort(-atlas.scores, kind="stable")
        case "class":
            return np.lexsort((-atlas.scores, atlas.classes))
        case "beside digits":
            return np.argsort(-np.nan_to_num(atlas.relative, nan=-1.0), kind="stable")
        case "similarity":
            return _chain(similarities(atlas.images, atlas.images))
        case _:
            return np.arange(len(atlas.scores))


def _chain(alike: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return an order in which each map is followed by the most similar of the remaining maps."""
    order = [0]
    left = set(range(1, len(alike)))
    while left:
        following = max(left, key=lambda index: alike[order[-1], index])
        order.append(following)
        left.remove(following)
    return np.array(order)


def selected(atlas: Atlas, only: str, classes: Sequence[str]) -> NDArray[np.bool_]:
    """Return for each map whether it passes a filter of `view.FILTERS`."""
    # The name of a class may be of several words.
    match only.split(maxsplit=2):
        case ["idle"]:
            return np.asarray(atlas.example_scores[:, 0] <= 0)
        case ["rescued"]:
            return np.asarray(atlas.rescued, bool)
        case ["read", "as", name]:
            return np.asarray(atlas.classes == classes.index(name))
        case _:
            return np.ones(len(atlas.scores), bool)
