"""What a method asks of a network: its outputs, the gradient of a score, and relevance; `mnistlab/cnn/explanations` answers over the chain of the ascent.

A *question* says what is explained of one picture: an output, a difference of two, or a map. Methods hand questions on unread.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mnistlab.recipes.explanation import WhyRecipe
from mnistlab.store.networks import StoredNetwork

Pictures = NDArray[np.float32]
Questions = Sequence[Any]


@dataclass(frozen=True)
class EpsilonRule:
    """Each input of a node gets the share of the node's relevance that it has in the node's sum, which `epsilon` keeps away from zero."""

    epsilon: float


@dataclass(frozen=True)
class AlphaBetaRule:
    """What has the sign of a node's sum shares `alpha` times the node's relevance, what has the other `1 - alpha` times; where one is missing, the other shares all."""

    alpha: float


@dataclass(frozen=True)
class Through:
    """The only map, or dense node, of a layer through which relevance goes on; that of all others is dropped."""

    layer: str
    map_index: int


Rule = EpsilonRule | AlphaBetaRule


class Chain(Protocol):
    """A network as methods see it. Pictures are (count, 28, 28) float32, standardised; there is one question for each; any count is allowed."""

    @property
    def network(self) -> StoredNetwork:
        """The network."""

    def questions(self, why: WhyRecipe, pictures: Pictures) -> Questions:
        """Return the question about each picture.

        Raises:
            RecipeError: if the network has no such class, layer, map or node.
        """

    def outputs(self, pictures: Pictures) -> NDArray[np.float32]:
        """Return the outputs before softmax, (count, classes)."""

    def scores(self, pictures: Pictures, questions: Questions) -> NDArray[np.float32]:
        """Return what is explained, (count,): an output before softmax, a difference of two, the mean activation of a map."""

    def certainty(self, pictures: Pictures, questions: Questions) -> NDArray[np.float32]:
        """Return the same in the measure of the curves, (count,): the probability of a class, that of a class among two, the activation of a map as a share of what it was on the picture that was asked about."""

    def gradients(self, pictures: Pictures, questions: Questions) -> NDArray[np.float32]:
        """Return the gradient of the scores with respect to the pictures, (count, 28, 28)."""

    def scores_and_gradients(
        self, pictures: Pictures, questions: Questions
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return both, (count,) and (count, 28, 28), in one pass."""

    def convolutions(self, questions: Questions) -> list[str]:
        """Return the names of the convolutions up to what is explained, first to last."""

    def at_layer(
        self, pictures: Pictures, questions: Questions, layer: str
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the maps of a convolution or pool, and the gradient of the scores with respect to them, (count, rows, columns, maps) each.

        Raises:
            RecipeError: if the network has no such layer, or it does not come before what is explained.
        """

    def relevance(
        self, pictures: Pictures, questions: Questions, rule: Rule, through: Through | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the relevance of each pixel (count, 28, 28), and what ended in biases and in epsilon (count,).

        Raises:
            RecipeError: if the network has no such map to go through, or it does not come before what is explained.
        """
