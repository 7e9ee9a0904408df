"""What a map is used for over the test set -> sentences."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.readings import Uses
from mnistlab.wording import in_a_row, with_sign

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
    order = np.argsort(-shares, kind="stable")
    most, least = int(order[0]), int(order[-1])
    return (
        f"Map {index} adds most to answers for {classes[most]} ({with_sign(shares[most])} on average) "
        f"and least for {classes[least]} ({with_sign(shares[least])})."
    )


def overlap(used: NDArray[np.int32], exciting: NDArray[np.int32]) -> str:
    """Return how many of the nine digits that a map is used in most are among the nine that excite it most."""
    shared = len(set(used.tolist()) & set(exciting.tolist()))
    if not shared:
        return "None of the nine stands in both rows: what excites a map and what it is used for are two things."
    if shared == len(used):
        return "The same nine stand in both rows."
    return f"{shared} of the nine {'stands' if shared == 1 else 'stand'} in both rows."
