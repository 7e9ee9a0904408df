"""A model and digits -> loss, accuracy and confusion matrix."""

from collections.abc import Iterator
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnistlab.data.standardise import standardise

# Images in one forward pass: 0.1 s of work on two cores, so that a visitor's Cancel is never far.
BATCH = 1_000


@dataclass(frozen=True)
class Evaluation:
    """How well a network reads a set of digits.

    Attributes:
        loss: mean cross-entropy plus the regularisation loss, as Keras' `evaluate` reports it.
        accuracy: share of digits read as their label.
        confusion: (classes, classes) int64, rows are labels, columns are the network's readings.
    """

    loss: float
    accuracy: float
    confusion: NDArray[np.int64]


class Evaluator:
    """Evaluates one model repeatedly; compiled once."""

    def __init__(self, model: keras.Model) -> None:
        self._model = model
        self._loss = keras.losses.SparseCategoricalCrossentropy(reduction="sum")
        self._forward = tf.function(self._forward_step, reduce_retracing=True)

    def _forward_step(self, images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        probabilities = self._model(images, training=False)
        return probabilities, self._loss(labels, probabilities)

    def run(self, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Iterator[int | Evaluation]:
        """Yield the number of digits done after each batch, and finally the `Evaluation`.

        Arguments:
            images: (count, 28, 28) uint8.
            labels: (count,) uint8.
        """
        classes = self._model.output_shape[-1]
        total, confusion = 0.0, np.zeros((classes, classes), np.int64)
        for start in range(0, len(labels), BATCH):
            part = labels[start : start + BATCH].astype(np.int32)
            probabilities, loss = self._forward(standardise(images[start : start + BATCH])[..., None], part)
            total += float(loss)
            np.add.at(confusion, (part, np.argmax(probabilities, axis=1)), 1)
            yield start + len(part)
        penalty = float(sum(self._model.losses, 0.0))
        yield Evaluation(total / len(labels) + penalty, float(np.trace(confusion) / len(labels)), confusion)


def evaluate(model: keras.Model, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Evaluation:
    """Return the evaluation of `model` on the digits; see `Evaluator.run`."""
    *_, last = Evaluator(model).run(images, labels)
    assert isinstance(last, Evaluation)
    return last
