"""What is common to all methods: how each is described, what it is given, and what it finds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mnistlab.explanations.chain import Chain, Pictures, Questions
from mnistlab.recipes.explanation import ExplanationRecipe

# Pictures that a method makes at a time: a few megabytes, which stay in a processor's cache.
PART = 256


@dataclass(frozen=True, eq=False)
class Task:
    """What a method works on.

    Attributes:
        chain: the network.
        pictures: (count, 28, 28) float32, standardised.
        questions: one for each picture.
        choices: what methods can be set to.
    """

    chain: Chain
    pictures: Pictures
    questions: Questions
    choices: ExplanationRecipe


@dataclass(frozen=True, eq=False)
class Found:
    """What a method found.

    Attributes:
        maps: (count, 28, 28) float32, how much each pixel counts; below zero: against.
        elsewhere: (count,) float32, the part of the score that no pixel has: `maps` and it add up to the score. NaN where a method promises no sum.
    """

    maps: NDArray[np.float32]
    elsewhere: NDArray[np.float32]


class Method:
    """A method: task -> maps. Subclasses describe themselves in the words that stand on the page.

    Attributes:
        title: its name.
        formula: what it computes. s: what is explained; x: the picture; i: a pixel.
        source: who published it.
        does_not_show: what its picture must not be taken for.
        by_size: whether a pixel counts by the size of its value alone, since the sign does not say whether its ink speaks for the answer.
    """

    title: ClassVar[str]
    formula: ClassVar[str]
    source: ClassVar[str]
    does_not_show: ClassVar[str]
    by_size: ClassVar[bool] = False

    def find(self, task: Task) -> Found:
        """Return what the method finds.

        Raises:
            RecipeError: if its choices do not fit the network or the question.
        """
        raise NotImplementedError

    def order(self, maps: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return by what pixels are ranked, of the same shape as `maps`: the largest count most."""
        return np.abs(maps) if self.by_size else maps


def without_sum(maps: NDArray[np.float32]) -> Found:
    """Return what a method found that does not distribute the score."""
    return Found(maps, np.full(len(maps), np.nan, np.float32))


def mean_gradient(
    task: Task,
    variants: int,
    vary: Callable[[NDArray[np.int64], NDArray[np.int64]], Pictures],
) -> NDArray[np.float32]:
    """Return the mean gradient over variants of each picture, (count, 28, 28).

    Arguments:
        task: the pictures.
        variants: how many there are of each picture.
        vary: numbers of pictures and of their variants, (part,) each -> the variants, (part, 28, 28).
    """
    total = np.zeros(task.pictures.shape, np.float32)
    every = len(task.pictures) * variants
    for start in range(0, every, PART):
        which, variant = np.divmod(np.arange(start, min(start + PART, every)), variants)
        gradients = task.chain.gradients(vary(which, variant), [task.questions[index] for index in which])
        # Variants of a picture follow each other, so each picture's are added up at once.
        firsts = np.flatnonzero(np.diff(which, prepend=-1))
        total[which[firsts]] += np.add.reduceat(gradients, firsts, axis=0)
    return total / np.float32(variants)
