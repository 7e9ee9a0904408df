"""A stored network -> what methods of explanation ask of it (`mnistlab/explanations/chain.py`), answered over the chain of the ascent.

Nothing is compiled: a graph of each network and question would take longer to trace than it has to compute. Gradients are those of the ascent's
scorer; what has to be looked at between layers goes step by step.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnistlab.cnn.ascent.chain import chain_of, layers_to
from mnistlab.cnn.ascent.goals import layer_named
from mnistlab.cnn.ascent.loop import batch_size
from mnistlab.cnn.ascent.scorer import Scorer
from mnistlab.cnn.cache import Ready
from mnistlab.cnn.explanations.questions import Question, last_layer, questions_of
from mnistlab.cnn.explanations.relevance import relevance
from mnistlab.cnn.explanations.steps import Step, end_of, steps_to, walked
from mnistlab.errors import RecipeError
from mnistlab.explanations.chain import Pictures, Rule, Through
from mnistlab.recipes.explanation import WhyRecipe
from mnistlab.recipes.network import convolution_name
from mnistlab.store.networks import StoredNetwork

Arrays = tuple[NDArray[np.float32], ...]
# What is asked of each picture.
Asked = TypeVar("Asked")
# Each holds the network's weights, and once more for each layer that was asked about.
MOST_CHAINS = 8


class NetworkChain:
    """The chain of a network; an implementation of `mnistlab.explanations.Chain`, which says what each method returns."""

    def __init__(self, network: StoredNetwork) -> None:
        self._network, self._batch = network, batch_size(network)
        self._last = last_layer(network)
        self._values = chain_of(layers_to(network, self._last)).values()
        self._scorers: dict[tuple[str, bool], Scorer] = {}
        self._steps: dict[str, list[Step]] = {}

    @property
    def network(self) -> StoredNetwork:
        """The network."""
        return self._network

    def questions(self, why: WhyRecipe, pictures: Pictures) -> list[Question]:
        """As in `Chain`."""
        found = questions_of(why, self._network, self.outputs(pictures).argmax(axis=1).tolist())
        if why.target is None:
            return found
        scores = self.scores(pictures, found)
        # Of a silent map there is nothing that could be left: its curves tell the activation.
        return [replace(one, whole=float(score) or 1.0) for one, score in zip(found, scores, strict=True)]

    def outputs(self, pictures: Pictures) -> NDArray[np.float32]:
        """As in `Chain`."""
        return self._in_batches(lambda part, _: (self._values(part)[0],), pictures)[0]

    def scores(self, pictures: Pictures, questions: Sequence[Question]) -> NDArray[np.float32]:
        """As in `Chain`."""

        def score(part: tf.Tensor, asked: Sequence[Question]) -> tuple[tf.Tensor]:
            scorer = self._scorer(asked)
            return (scorer.score(part, scorer.targets([question.goal for question in asked])),)

        return self._in_batches(score, pictures, questions)[0]

    def certainty(self, pictures: Pictures, questions: Sequence[Question]) -> NDArray[np.float32]:
        """As in `Chain`."""
        if questions[0].label is None:
            wholes = np.array([question.whole for question in questions], np.float32)
            shares: NDArray[np.float32] = self.scores(pictures, questions) / wholes
            return shares
        outputs: NDArray[np.float64] = self.outputs(pictures).astype(np.float64)
        each, labels = np.arange(len(outputs)), np.array([question.label for question in questions], np.int64)
        own: NDArray[np.float64] = outputs[each, labels]
        if questions[0].against is not None:
            # Of these two alone, as softmax would say.
            others: NDArray[np.float64] = outputs[
                each, np.array([question.against for question in questions], np.int64)
            ]
            return _logistic(own - others)
        if self._network.recipe.output_activation == "sigmoid":
            return _logistic(own)
        odds: NDArray[np.float64] = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        return (odds[each, labels] / odds.sum(axis=1)).astype(np.float32)

    def gradients(self, pictures: Pictures, questions: Sequence[Question]) -> NDArray[np.float32]:
        """As in `Chain`."""
        return self.scores_and_gradients(pictures, questions)[1]

    def scores_and_gradients(
        self, pictures: Pictures, questions: Sequence[Question]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """As in `Chain`."""

        def both(part: tf.Tensor, asked: Sequence[Question]) -> tuple[tf.Tensor, tf.Tensor]:
            scorer = self._scorer(asked)
            targets = scorer.targets([question.goal for question in asked])
            # A map that does not react has no gradient: an explanation is no ascent, which may want to wake it.
            score, gradient = scorer.score_and_gradient(part, targets, tf.constant(False))[:2]
            return score, gradient

        scores, gradients = self._in_batches(both, pictures, questions)
        return scores, gradients

    def above_rivals(
        self, pictures: Pictures, labels: Sequence[int]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return by how much each picture's class is above its strongest rival in the outputs (count,), and the gradient of that (count, 28, 28).

        Once through the network: rivals follow from the outputs that the gradients begin at.

        Arguments:
            pictures: (count, 28, 28) float32.
            labels: (count,), a class for each.
        """

        def both(part: tf.Tensor, own: Sequence[int]) -> tuple[tf.Tensor, tf.Tensor]:
            values, back = self._values(part)
            outputs, each = values.numpy().copy(), np.arange(len(own))
            scores = outputs[each, own].copy()
            outputs[each, own] = -np.inf
            rivals, weights = outputs.argmax(axis=1), np.zeros_like(outputs)
            weights[each, own], weights[each, rivals] = 1, -1
            return tf.constant(scores - outputs[each, rivals]), back(tf.constant(weights))

        margins, gradients = self._in_batches(both, pictures, labels)
        return margins, gradients

    def convolutions(self, questions: Sequence[Question]) -> list[str]:
        """As in `Chain`."""
        most = end_of(self._network, questions[0].goal.layer)
        names = (convolution_name(place + 1) for place in range(len(self._network.recipe.conv)))
        return [name for name in names if end_of(self._network, name) <= most]

    def at_layer(
        self, pictures: Pictures, questions: Sequence[Question], layer: str
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """As in `Chain`."""
        target = questions[0].goal.layer
        number = self._place(layer, target, with_maps=True)
        steps = self._steps_to(target)

        def look(part: tf.Tensor, asked: Sequence[Question]) -> tuple[tf.Tensor, tf.Tensor]:
            *_, (_, _, maps, _) = walked(steps[:number], part)
            behind = walked(steps[number:], maps)
            # The score is a weighted sum of the target's activations, so the weights are its gradient there.
            slope = _weights(asked, behind[-1][2] if behind else maps)
            for _, _, _, back in reversed(behind):
                slope = back(slope)
            return maps, slope

        maps, slopes = self._in_batches(look, pictures, questions)
        return maps, slopes

    def relevance(
        self, pictures: Pictures, questions: Sequence[Question], rule: Rule, through: Through | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """As in `Chain`."""
        target, only = questions[0].goal.layer, None
        if through is not None:
            only = self._place(through.layer, target), through.map_index
            count = layer_named(through.layer, self._network.recipe).shape[-1]
            if through.map_index >= count:
                raise RecipeError(
                    f"{through.layer} has {count} maps or nodes, numbered 0 to {count - 1}. Received: {through.map_index}."
                )
        steps = self._steps_to(target)

        def share_out(part: tf.Tensor, asked: Sequence[Question]) -> tuple[tf.Tensor, tf.Tensor]:
            return relevance(steps, part, lambda values: values * _weights(asked, values), rule, only)

        pixels, biases = self._in_batches(share_out, pictures, questions)
        return pixels, biases

    def _place(self, layer: str, target: str, with_maps: bool = False) -> int:
        """Return how many steps lead to the activations of `layer`.

        Raises:
            RecipeError: if there is no such layer, or it does not come before `target`.
        """
        row = layer_named(layer, self._network.recipe, with_maps)
        number = end_of(self._network, row.name)
        if number > end_of(self._network, target):
            raise RecipeError(f"{layer} comes after {target}, which is explained. Choose a layer before it.")
        return number

    def _steps_to(self, layer: str) -> list[Step]:
        if layer not in self._steps:
            self._steps[layer] = steps_to(self._network, layer)
        return self._steps[layer]

    def _scorer(self, questions: Sequence[Question]) -> Scorer:
        """Return the scorer of questions, which are about one layer."""
        goal = questions[0].goal
        key = goal.layer, goal.single is not None
        if key not in self._scorers:
            self._scorers[key] = Scorer(layers_to(self._network, goal.layer), key[1])
        return self._scorers[key]

    def _in_batches(
        self,
        compute: Callable[[tf.Tensor, Sequence[Asked]], tuple[tf.Tensor, ...]],
        pictures: Pictures,
        asked: Sequence[Asked] = (),
    ) -> Arrays:
        parts = []
        for start in range(0, len(pictures), self._batch):
            part = slice(start, start + self._batch)
            parts.append([tensor.numpy() for tensor in compute(tf.constant(pictures[part]), asked[part])])
        return tuple(np.concatenate(arrays) for arrays in zip(*parts, strict=True))


def _weights(questions: Sequence[Question], values: tf.Tensor) -> tf.Tensor:
    """Return the weight in the score of each activation of the target's layer, of the shape of `values`, (batch, rows, columns, maps) or (batch, nodes)."""
    maps, positions = (
        np.stack([getattr(question.goal, name) for question in questions]) for name in ("maps", "positions")
    )
    return tf.reshape(tf.constant(positions[:, :, None] * maps[:, None, :]), tf.shape(values))


def _logistic(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return (1 / (1 + np.exp(-np.clip(values, -500, 500)))).astype(np.float32)


_chains: Ready[NetworkChain] = Ready(MOST_CHAINS)


def network_chain(network: StoredNetwork) -> NetworkChain:
    """Return the chain of `network`, cached while it is in use."""
    return _chains.get(network.digest, lambda: NetworkChain(network))
