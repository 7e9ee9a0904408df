"""What networks read in digits that they have not learned from -> digits whose labels may be wrong.

Source: Northcutt, Jiang and Chuang 2021, “Confident learning: estimating uncertainty in dataset labels”, Journal of Artificial Intelligence Research 70, arXiv:1911.00068.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.judgement import probabilities


@dataclass(frozen=True, eq=False)
class Suspects:
    """Digits whose labels may be wrong, the likeliest first.

    Attributes:
        numbers: (count,) of the digits.
        read: (count,) the class that they seem to be.
        shares: (count,) its probability.
        own: (count,) the probability of the label.
    """

    numbers: NDArray[np.int64]
    read: NDArray[np.int64]
    shares: NDArray[np.float64]
    own: NDArray[np.float64]


def suspects(outputs: NDArray[np.float32], labels: NDArray[Any]) -> Suspects:
    """Return the digits that seem to be of another class than their label says.

    A digit seems to be of a class if the probability of it is as high as it is on average for the digits with that label; of several such classes, of the likeliest.

    Arguments:
        outputs: (digits, classes), of networks that have not learned from the digit.
        labels: (digits,).
    """
    shares = probabilities(outputs)
    labels = labels.astype(np.int64)
    members = np.eye(shares.shape[1])[labels]
    # No digit seems to be of a class without digits.
    usual = np.where(members.any(axis=0), (shares * members).sum(axis=0) / np.maximum(members.sum(axis=0), 1), np.inf)
    likely = np.where(shares >= usual, shares, -1.0)
    read = likely.argmax(axis=1)
    each = np.arange(len(labels))
    numbers = np.flatnonzero((likely[each, read] >= 0) & (read != labels))
    found, own = shares[numbers, read[numbers]], shares[numbers, labels[numbers]]
    order = np.argsort(own - found, kind="stable")
    return Suspects(numbers[order], read[numbers][order], found[order], own[order])
