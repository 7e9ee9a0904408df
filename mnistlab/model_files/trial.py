"""A network that somebody brought, and digits -> how it takes in pictures, found by letting it read.

No file says how the digits were scaled that a network learned from; most networks read well enough in a wrong way, so that nobody notices, and
show other patterns. The right way is the one in which it is least surprised by the labels. How sure of itself it is
counts little (`TEMPERATURES`): pictures a hundred times too bright make it a hundred times as sure, right or wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.reading import read
from mnistlab.data.scaling import SCALINGS, scaled
from mnistlab.data.sources import first_digits, source_in_use
from mnistlab.errors import DataError
from mnistlab.recipes.data_sets import DataName, data_set
from mnistlab.recipes.network import Scaling, layer_rows
from mnistlab.store.networks import StoredNetwork

# Digits to read in each way, and multiplications for all of them: some two seconds on one core.
MOST_DIGITS, LEAST_DIGITS = 600, 80
MOST_PRODUCTS = 20_000_000_000
# The share read right below which it is no network for these digits.
LEAST_ACCURACY = 0.5
# What its sums may be divided by before they are taken as evidence, and what a factor of e away from 1 costs.
TEMPERATURES = np.exp(np.linspace(-4, 9, 53))
PRICE = 0.02
# One network at a time: a class that brings its networks at once must not take the memory of thirty.
_trying = Lock()


@dataclass(frozen=True)
class Trial:
    """What came of it.

    Attributes:
        scaling: the way in which it read best.
        data: the digits it was tried on; None: on none.
        accuracies: share read right in each way.
        digits: how many were tried.
        is_said: whether the file itself says it.
    """

    scaling: Scaling
    data: DataName | None
    accuracies: Mapping[Scaling, float]
    digits: int
    is_said: bool = False

    @property
    def sentence(self) -> str:
        """What was found, for a page."""
        way = SCALINGS[self.scaling]
        if self.is_said:
            return f"It learned from {way}, as its first layer says."
        if not self.accuracies or self.data is None:
            return f"It could not be tried on digits, so it is taken to have learned from {way}."
        share = self.accuracies[self.scaling]
        tried = f"{share:.1%} of {self.digits} digits ({data_set(self.data).title})"
        if share < LEAST_ACCURACY:
            return (
                f"It reads no more than {tried}, whichever way they are scaled; it is taken to have learned from {way}."
            )
        return f"It learned from {way}, as far as can be told: so it reads {tried} right."


def try_scalings(network: StoredNetwork, said: Scaling | None) -> Trial:
    """Let a network read the first digits at hand in each way, and return how it did best; `said`: what its file says, if it does."""
    if said is not None:
        return Trial(said, None, {}, 0, is_said=True)
    data = source_in_use()[0].name
    products = sum(row.multiplications for row in layer_rows(network.recipe))
    count = min(MOST_DIGITS, MOST_PRODUCTS // (len(SCALINGS) * products))
    unknown = Trial("standardised", None, {}, 0)
    if len(data_set(data).classes) != network.recipe.classes or count < LEAST_DIGITS:
        return unknown
    try:
        digits = first_digits(data, "test", count)
    except DataError:
        return unknown
    losses: dict[Scaling, float] = {}
    accuracies: dict[Scaling, float] = {}
    with _trying:
        for scaling in SCALINGS:
            taken_in = scaled(digits.images, scaling)
            sums = np.nan_to_num(read(network.recipe, network.weights, taken_in, sums=True).astype(np.float64))
            losses[scaling] = surprise(sums, digits.labels)
            accuracies[scaling] = float((sums.argmax(axis=1) == digits.labels).mean())
    best = min(losses, key=losses.__getitem__)
    return Trial(best if accuracies[best] >= LEAST_ACCURACY else "standardised", data, accuracies, len(digits))


def surprise(sums: NDArray[np.float64], labels: NDArray[np.uint8]) -> float:
    """Return the mean cross-entropy of labels (digits,) and sums (digits, classes), at the temperature that suits best."""
    # Their largest, so that exponentials stay finite at every temperature.
    sums = sums - sums.max(axis=1, keepdims=True)
    of_label = sums[np.arange(len(labels)), labels]
    costs = [
        float((np.log(np.exp(sums / temperature).sum(axis=1)) - of_label / temperature).mean())
        + PRICE * abs(float(np.log(temperature)))
        for temperature in TEMPERATURES
    ]
    return min(costs)
