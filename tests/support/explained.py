"""A network of one line, whose explanations can be worked out by hand, for tests without TensorFlow."""

import numpy as np

from mnistlab.explanations import Task
from mnistlab.recipes import NetworkRecipe, weight_shapes
from mnistlab.recipes.explanation import ExplanationRecipe
from mnistlab.store.networks import StoredNetwork

ONE_LINE = NetworkRecipe.read({"conv": [{"filters": 1, "kernel": 1}], "pool": [], "dense": []})
CLASSES = 10


def one_line_network(seed=0):
    """Return weights for `OneLine`; its convolution is not asked."""
    random = np.random.default_rng(seed)
    weights = {
        name: random.normal(0, 0.05, shape).astype(np.float32) for name, shape in weight_shapes(ONE_LINE).items()
    }
    return StoredNetwork(ONE_LINE, weights)


class OneLine:
    """Score of a class: w · x + b + (v · x)² / 10, with w and v columns of the dense layer; gradients and shares follow on paper."""

    def __init__(self, network=None):
        self.network = network or one_line_network()
        self._kernel, self._bias = (self.network.weights[f"Dense_1/{part}"] for part in ("kernel", "bias"))

    def questions(self, why, pictures):
        labels = self.outputs(pictures).argmax(axis=1) if why.class_ is None else [why.class_] * len(pictures)
        return [int(label) for label in labels]

    def outputs(self, pictures):
        sums = pictures.reshape(len(pictures), -1) @ self._kernel
        return (sums + self._bias + np.roll(sums, 1, axis=1) ** 2 / 10).astype(np.float32)

    def scores(self, pictures, questions):
        return self.outputs(pictures)[np.arange(len(pictures)), questions]

    def certainty(self, pictures, questions):
        return (1 / (1 + np.exp(-self.scores(pictures, questions)))).astype(np.float32)

    def gradients(self, pictures, questions):
        flat, labels = pictures.reshape(len(pictures), -1), np.array(questions)
        other = self._kernel.T[(labels - 1) % CLASSES]
        slope = (flat * other).sum(axis=1, keepdims=True) / 5
        return (self._kernel.T[labels] + slope * other).reshape(pictures.shape).astype(np.float32)

    def scores_and_gradients(self, pictures, questions):
        return self.scores(pictures, questions), self.gradients(pictures, questions)

    def convolutions(self, questions):
        return ["Conv2D_1"]

    def at_layer(self, pictures, questions, layer):
        maps = np.stack([pictures[:, :27:3, :27:3], -pictures[:, 1::3, 1::3]], axis=-1)
        gradients = self.gradients(pictures, questions)
        return maps, np.stack([gradients[:, :27:3, :27:3], gradients[:, 1::3, 1::3]], axis=-1)

    def relevance(self, pictures, questions, rule, through=None):
        shares = pictures * self._kernel.T[questions].reshape(pictures.shape)
        return shares, self.scores(pictures, questions) - shares.sum(axis=(1, 2))


def task_of(pictures, chain=None, questions=None, **choices):
    """Return a task with the question why each picture is read as it is."""
    chain = chain or OneLine()
    questions = questions or [int(label) for label in chain.outputs(pictures).argmax(axis=1)]
    return Task(chain, pictures, questions, ExplanationRecipe.read(choices))
