"""What a map is used for over the test set -> sentences."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.readings import Uses
from mnistlab.wording import in_a_row, with_article, with_sign

# Maps and classes that a sentence names.
NAMED = 3


def most_used(uses: Uses, label: int, name: str) -> str:
    """Return which maps carry a class, and how much they add to its answers on average."""
    shares = uses.by_class[:, label]
    maps = np.argsort(-shares, kind="stable")[:NAMED]
    words = in_a_row([f"{index} ({with_sign(shares[index])})" for index in maps.tolist()])
    return f"Over all test digits that are {name}, the maps that add most to the answer on average are {words}."


def use_of(uses: Uses, index: int, classes: Sequence[str]) -> str:
    """Return for which classes a map adds most and least."""
    shares = uses.by_class[index]
    # A class without test digits has no mean: none of its maps adds anything.
    order = [label for label in np.argsort(-shares, kind="stable").tolist() if uses.by_class[:, label].any()]
    if not order:
        return f"Map {index} adds nothing to any answer."
    most, least = order[0], order[-1]
    return (
        f"On average map {index} adds most to the answer where a digit is {with_article(classes[most])} ({with_sign(shares[most])}) "
        f"and least where it is {with_article(classes[least])} ({with_sign(shares[least])})."
    )


def overlap(used: NDArray[np.int32], exciting: NDArray[np.int32]) -> str:
    """Return how many of the nine digits that a map is used in most are among the nine that excite it most."""
    shared = len(set(used.tolist()) & set(exciting.tolist()))
    if not shared:
        return "None of the nine stands in both rows: what excites a map and what it is used for are two things."
    if shared == len(used):
        return "The same nine stand in both rows."
    return f"{shared} of the nine {'stands' if shared == 1 else 'stand'} in both rows."
