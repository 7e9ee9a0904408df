"""A model, digits of two classes and a layer -> how often each point is active, also with shuffled labels; and a classifier by points."""

from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnistlab.analysis.class_points import activity
from mnistlab.analysis.point_reading import read_by_points
from mnistlab.cnn.activations import layer_tensors
from mnistlab.data.digits import Digits
from mnistlab.data.standardise import standardise
from mnistlab.progress import Progress, Work
from mnistlab.results.readings import PointCounts, PointReading

BATCH = 250
# Enough shuffles to estimate the range of chance results.
SHUFFLES = 10
# Training digits of both classes for the weights of points.
LEARNT = 3_000


def frequencies(
    model: keras.Model,
    digits: Digits,
    label_a: int,
    label_b: int,
    layer: str,
    ceilings: NDArray[np.float32],
    fraction: float,
) -> Work[PointCounts]:
    """Count how often each point of a layer is active in the digits of A and of B that the network reads correctly.

    Arguments:
        model: from `build_network`.
        digits: the digits to count.
        label_a: class A.
        label_b: class B.
        layer: name of the layer.
        ceilings: (maps,) the largest value of each map on the test set.
        fraction: share of the ceiling from which a point counts as active.
    """
    chosen = np.flatnonzero(np.isin(digits.labels, (label_a, label_b)))
    counts: Any = 0
    sizes = np.zeros(2, np.int64)
    generator = np.random.default_rng(0)
    shuffles = np.stack([generator.permutation(len(chosen)) for _ in range(SHUFFLES)])
    is_right = np.zeros(len(chosen), bool)
    active_parts = []
    for rows, active, outputs in _activity(model, digits, chosen, layer, ceilings, fraction):
        yield Progress("counting points", rows.stop, len(chosen))
        is_right[rows] = outputs.argmax(axis=1) == digits.labels[chosen[rows]]
        active_parts.append(np.packbits(active, axis=1))
    right = np.flatnonzero(is_right)
    is_a = digits.labels[chosen] == label_a
    sizes = np.array([(is_a & is_right).sum(), (~is_a & is_right).sum()])
    # Rows: A, B, then A and B of each shuffle; a shuffle only moves labels among digits that were read correctly.
    members = np.zeros((2 + 2 * SHUFFLES, len(chosen)), np.float32)
    members[0, right], members[1, right] = is_a[right], ~is_a[right]
    for index, order in enumerate(shuffles):
        kept = is_a[right][np.argsort(order[right])]
        members[2 + 2 * index, right], members[3 + 2 * index, right] = kept, ~kept
    points = int(np.prod(model.get_layer(layer).output.shape[1:]))
    start = 0
    for packed in active_parts:
        active = np.unpackbits(packed, axis=1, count=points).astype(np.float32)
        counts = counts + members[:, start : start + len(active)] @ active
        start += len(active)
    counts = np.rint(counts).astype(np.int32)
    return PointCounts(counts[:2], sizes, counts[2:].reshape(SHUFFLES, 2, points))


def point_activity(
    model: keras.Model,
    digits: Digits,
    chosen: NDArray[np.int64],
    layer: str,
    ceilings: NDArray[np.float32],
    fraction: float,
    points: NDArray[np.int64],
) -> Work[tuple[NDArray[np.bool_], NDArray[np.float32]]]:
    """Return which of `points` are active in the digits `chosen` (digits, points), and the network's outputs (digits, classes)."""
    parts = []
    for rows, active, last in _activity(model, digits, chosen, layer, ceilings, fraction):
        parts.append((active[:, points], last))
        yield Progress("looking at points", rows.stop, len(chosen))
    return np.concatenate([part for part, _ in parts]), np.concatenate([last for _, last in parts])


def read_points(
    model: keras.Model,
    train: Digits,
    test: Digits,
    labels: tuple[int, int],
    layer: str,
    ceilings: NDArray[np.float32],
    fraction: float,
    points: Sequence[NDArray[np.int64]],
) -> Work[PointReading]:
    """Measure how well the classes A and B can be told apart by points alone, and by the network.

    Arguments:
        model: from `build_network`.
        train: digits for learning a weight for each point; the first LEARNT of A and B are used.
        test: digits to classify.
        labels: A and B.
        layer: the layer of the points.
        ceilings: (maps,) the largest value of each map on the test set.
        fraction: share of the ceiling from which a point counts as active.
        points: the points unique to A, and those unique to B.
    """
    both = np.concatenate(points)
    parts = []
    for digits, most in ((train, LEARNT), (test, len(test))):
        chosen = np.flatnonzero(np.isin(digits.labels, labels))[:most]
        active, outputs = yield from point_activity(model, digits, chosen, layer, ceilings, fraction, both)
        parts.append((active, digits.labels[chosen] == labels[0]))
    (learnt, learnt_is_a), (seen, seen_is_a) = parts
    reading = read_by_points(learnt, learnt_is_a, seen, seen_is_a, len(points[0]))
    # For a fair comparison the network, too, chooses only between A and B.
    right = (outputs[:, labels[0]] > outputs[:, labels[1]]) == seen_is_a
    return PointReading(
        count=np.array(reading.count),
        weigh=np.array(reading.weigh),
        network=np.array(right.mean()),
        points=np.array([len(part) for part in points]),
    )


def _activity(
    model: keras.Model,
    digits: Digits,
    chosen: NDArray[np.int64],
    layer: str,
    ceilings: NDArray[np.float32],
    fraction: float,
) -> Iterator[tuple[slice, NDArray[np.bool_], NDArray[np.float32]]]:
    for start in range(0, len(chosen), BATCH):
        images = digits.images[chosen[start : start + BATCH]]
        values = None
        for name, tensor in layer_tensors(model, tf.constant(standardise(images)[..., None])):
            if name == layer:
                values = tensor.numpy()
            last = tensor
        assert values is not None
        yield slice(start, start + len(images)), activity(values, ceilings, fraction), last.numpy()
