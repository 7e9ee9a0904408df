"""Images -> how strongly each map, or dense node, of a layer responds; one forward pass for all maps at once."""

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnistlab.cnn.ascent.chain import chain_of, layers_to
from mnistlab.cnn.ascent.layers import ACTIVATIONS
from mnistlab.cnn.ascent.loop import batch_size
from mnistlab.cnn.cache import Ready
from mnistlab.data.digits import Digits
from mnistlab.data.standardise import standardise
from mnistlab.progress import Request, ended, relay
from mnistlab.recipes.network import IMAGE_SIZE, dense_name
from mnistlab.store.networks import StoredNetwork


@dataclass(frozen=True)
class Responses:
    """How images excite the maps of a layer.

    Attributes:
        scores: (images, maps) float32, the mean activation of each map; of the last dense layer the value before softmax.
        nearest: (images, maps) float32, the largest value before the activation: how close a silent map is to reacting.
        quiet: largest score that does not count as a reaction.
    """

    scores: NDArray[np.float32]
    nearest: NDArray[np.float32]
    quiet: float

    @property
    def reacts(self) -> NDArray[np.bool_]:
        """(images, maps), whether the map reacts to the image."""
        return self.scores > self.quiet

    @property
    def order(self) -> NDArray[np.float32]:
        """(images, maps), larger for images that excite a map more; among silent images, for those closer to a reaction."""
        return np.where(self.reacts, self.scores, np.minimum(self.nearest, 0)) if self.quiet == 0 else self.scores


# An observer holds the network's weights as constants: 3 MB for the default network.
MOST_OBSERVERS = 12


class Observer:
    """Observes one layer of a network; compiled once."""

    def __init__(self, network: StoredNetwork, layer: str) -> None:
        chain = chain_of(layers_to(network, layer))
        self._values, self._activation = chain.values(), ACTIVATIONS[chain.activation]
        self._batch = batch_size(network)
        images = tf.TensorSpec((None, IMAGE_SIZE, IMAGE_SIZE), tf.float32)
        self._observe = tf.function(self._forward, input_signature=[images], autograph=False)

    def run(self, images: NDArray[np.float32]) -> Generator[int, Request | None, Responses]:
        """Observe images (n, 28, 28), standardised; yield the number done after each batch, return the responses."""
        scores, nearest = [], []
        for start in range(0, len(images), self._batch):
            _, score, near = self._observe(images[start : start + self._batch])
            scores.append(score.numpy())
            nearest.append(near.numpy())
            yield min(start + self._batch, len(images))
        return Responses(np.concatenate(scores), np.concatenate(nearest), self._activation.quiet)

    def all(self, images: NDArray[np.float32]) -> Responses:
        """Return the responses to images (n, 28, 28), standardised, without progress."""
        return ended(self.run(images))

    def maps(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the activations (images, rows, columns, maps) of at most a batch of images; dense: (images, nodes)."""
        result: NDArray[np.float32] = self._observe(images)[0].numpy()
        return result

    def _forward(self, images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        values, _ = self._values(images)
        activations = self._activation.of(values)
        if values.shape.rank == 2:
            return activations, activations, values
        return activations, tf.reduce_mean(activations, axis=[1, 2]), tf.reduce_max(values, axis=[1, 2])


_observers: Ready[Observer] = Ready(MOST_OBSERVERS)


def observer_of(network: StoredNetwork, layer: str) -> Observer:
    """Return the observer of this layer, cached while it is in use."""
    return _observers.get((network.digest, layer), lambda: Observer(network, layer))


def read_classes(network: StoredNetwork, images: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the class the network assigns to each image (n,), and its output for that class (n,)."""
    last = observer_of(network, dense_name(len(network.recipe.dense) + 1))
    before = last.all(images).scores.astype(np.float64)
    if network.recipe.output_activation == "softmax":
        outputs = np.exp(before - before.max(axis=1, keepdims=True))
        outputs /= outputs.sum(axis=1, keepdims=True)
    else:
        outputs = 1 / (1 + np.exp(-np.clip(before, -500, 500)))
    classes = before.argmax(axis=1)
    return classes, outputs[np.arange(len(classes)), classes].astype(np.float32)


def digit_responses(observer: Observer, digits: Digits) -> Generator[int, Request | None, Responses]:
    """Observe all of `digits`, as `Observer.run`, standardising a part at a time to spare memory."""
    parts: list[Responses] = []
    for start in range(0, len(digits), 5_000):
        run = observer.run(standardise(digits.images[start : start + 5_000]))
        parts.append((yield from relay(run, partial(int.__add__, start))))
    return Responses(
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.nearest for part in parts]),
        parts[0].quiet,
    )


def most_exciting(scores: NDArray[np.float32], count: int = 9) -> NDArray[np.int64]:
    """Return the `count` images that excite each map most, (maps, count), strongest first; scores: (images, maps)."""
    columns = np.ascontiguousarray(scores.T)
    count = min(count, columns.shape[1])
    best = np.argpartition(-columns, count - 1, axis=1)[:, :count]
    ranked = np.argsort(-np.take_along_axis(columns, best, axis=1), axis=1, kind="stable")
    return np.take_along_axis(best, ranked, axis=1)
