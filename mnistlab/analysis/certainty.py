"""A network's outputs for many digits -> how often it is right where it is so certain, and what is gained by leaving the others open.

Source: Guo, Pleiss, Sun and Weinberger 2017, “On calibration of modern neural networks”, arXiv:1706.04599.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.intervals import wilson
from mnistlab.analysis.judgement import probabilities

# Bins of equal width, as in the source.
BINS = 15
# Networks that mean what they say, drawn to see which error comes by chance alone; and the share of them that counts as chance.
DRAWS, SEED, BY_CHANCE = 200, 0, 0.95


@dataclass(frozen=True, eq=False)
class Certainty:
    """What is known of each digit's answer. `shares`: (digits,) its probability; `is_right`: (digits,)."""

    shares: NDArray[np.float64]
    is_right: NDArray[np.bool_]

    @classmethod
    def of(cls, outputs: NDArray[np.float32], labels: NDArray[Any]) -> "Certainty":
        """Return the certainty of outputs (digits, classes); labels: (digits,)."""
        return cls(probabilities(outputs).max(axis=1), outputs.argmax(axis=1) == labels)


@dataclass(frozen=True)
class Answered:
    """What comes of answering only from a threshold on.

    Attributes:
        threshold: the least probability with which an answer is given.
        count: digits with an answer.
        right: of these, how many are right.
        digits: how many there are.
        would_be_right: how many are left open though they would have been right.
    """

    threshold: float
    count: int
    right: int
    digits: int
    would_be_right: int

    @property
    def share(self) -> float:
        """The share of digits with an answer."""
        return self.count / self.digits

    @property
    def share_right(self) -> float | None:
        """The share of answers that are right; None if there are no answers."""
        return self.right / self.count if self.count else None

    @property
    def still_wrong(self) -> int:
        """How many answers are wrong."""
        return self.count - self.right

    @property
    def mistakes_left_open(self) -> int:
        """How many mistakes are not made."""
        return self.digits - self.count - self.would_be_right


@dataclass(frozen=True, eq=False)
class Reliability:
    """How often answers are right, by how probable they are said to be; bins without digits are left out.

    Attributes:
        said: (bins,) the mean probability.
        right: (bins,) the share that is right.
        lower: (bins,) of its 95 % interval, and `upper`.
        counts: (bins,) digits.
        error: the expected calibration error: the mean of |right − said|, each bin by its digits.
        by_chance: an error that a network that means what it says stays below in 95 % of all sets of so many digits.
        excess: mean probability less the share that is right, over all digits; above zero: it is too sure of itself.
    """

    said: NDArray[np.float64]
    right: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    counts: NDArray[np.int64]
    error: float
    by_chance: float
    excess: float


def answered(certainty: Certainty, threshold: float) -> Answered:
    """Return what comes of answering only where the probability is at least `threshold`."""
    is_given = certainty.shares >= threshold
    right = int((certainty.is_right & is_given).sum())
    return Answered(threshold, int(is_given.sum()), right, len(is_given), int(certainty.is_right.sum()) - right)


def tradeoff(certainty: Certainty, points: int = 100) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return shares answered and shares right of these, (points,) each: digits are left open from the least certain one on, down to the most certain.

    Answers of equal probability are given or left open together.
    """
    order = np.argsort(-certainty.shares, kind="stable")
    shares, hits = certainty.shares[order], np.cumsum(certainty.is_right[order])
    # A point may only end where the next digit is less certain.
    ends = np.flatnonzero(np.append(shares[1:] < shares[:-1], True))
    few = ends[np.unique(np.rint(np.linspace(0, len(ends) - 1, points)).astype(int))]
    return (few + 1) / len(order), hits[few] / (few + 1)


def reliability(certainty: Certainty, bins: int = BINS) -> Reliability:
    """Return the reliability curve; of at least one digit."""
    bin_of = np.minimum((certainty.shares * bins).astype(int), bins - 1)
    counts = np.bincount(bin_of, minlength=bins)
    is_there = counts > 0
    sums, hits = (np.bincount(bin_of, values, bins)[is_there] for values in (certainty.shares, certainty.is_right))
    few = counts[is_there]
    lower, upper = np.transpose(
        [np.ravel(wilson(np.array([hit]), int(count))) for hit, count in zip(hits, few, strict=True)]
    )
    return Reliability(
        sums / few,
        hits / few,
        lower,
        upper,
        few,
        float(np.abs(hits - sums).sum() / len(bin_of)),
        _by_chance(certainty.shares, bin_of, bins),
        float((sums.sum() - hits.sum()) / len(bin_of)),
    )


def _by_chance(shares: NDArray[np.float64], bin_of: NDArray[np.int64], bins: int) -> float:
    """Return the error that networks stay below that are right exactly as often as they say."""
    generator = np.random.default_rng(SEED)
    errors = []
    for _ in range(DRAWS):
        # (Less what is expected, each digit is right or not.)
        off = (generator.random(len(shares)) < shares) - shares
        errors.append(np.abs(np.bincount(bin_of, off, bins)).sum() / len(shares))
    return float(np.quantile(errors, BY_CHANCE))
