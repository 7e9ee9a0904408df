"""A model and a test set -> statistics of each map and node over all digits.

A map is described by its largest value on a digit, and ranked by its score, the mean over its nodes (algorithms.md §1).
A dense node counts as a map of one node.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnistlab.cnn.activations import layer_tensors
from mnistlab.cnn.network import network_input
from mnistlab.data.digits import Digits
from mnistlab.progress import Progress, Work
from mnistlab.recipes.network import convolution_name, pool_name
from mnistlab.results.readings import LayerSurvey, Survey

BATCH = 500
BINS = 24
BEST = 9
# A map reacts to a digit if its sum before the activation is positive somewhere: for a sigmoid, a value above 0.5. (A pool likewise, of the values it keeps.)
THRESHOLDS = {"sigmoid": 0.5}


def survey(model: keras.Model, digits: Digits) -> Work[Survey]:
    """Run all digits through the network and return the statistics.

    Raises:
        RecipeError: the digits have a class for which the network has no output.
    """
    classes = model.output_shape[-1]
    digits.must_fit(classes)
    peaks: dict[str, list[NDArray[np.float32]]] = {}
    scores: dict[str, list[NDArray[np.float32]]] = {}
    sums: dict[str, NDArray[np.float64]] = {}
    results: list[NDArray[np.float32]] = []
    last_hidden: list[NDArray[np.float32]] = []
    for start in range(0, len(digits), BATCH):
        yield Progress("looking at the test digits", start, len(digits))
        part = tf.constant(network_input(model, digits.images[start : start + BATCH]))
        layers = dict(layer_tensors(model, part))
        *_, hidden, last = layers.values()
        output = last.numpy()
        results.append(output)
        last_hidden.append(hidden.numpy().reshape(len(output), -1))
        labels = digits.labels[start : start + BATCH]
        members = np.eye(classes, dtype=np.float32)[labels] * (output.argmax(axis=1) == labels)[:, None]
        for name, values in layers.items():
            maps = values if len(values.shape) == 4 else values[:, None, None, :]
            # Reduced by TensorFlow, because NumPy takes five times as long for the short axes of maps.
            peaks.setdefault(name, []).append(tf.reduce_max(maps, axis=(1, 2)).numpy())
            scores.setdefault(name, []).append(tf.reduce_mean(maps, axis=(1, 2)).numpy())
            total = tf.matmul(members, tf.reshape(maps, (len(output), -1)), transpose_a=True).numpy()
            sums[name] = sums.get(name, 0.0) + total.reshape(classes, *maps.shape[1:])
    outputs = np.concatenate(results)
    right = np.bincount(digits.labels[outputs.argmax(axis=1) == digits.labels], minlength=classes)
    by_layer = {}
    for name in peaks:
        threshold = THRESHOLDS.get(_activation(model, name), 0.0)
        mean = (sums[name] / np.maximum(right, 1)[:, None, None, None]).astype(np.float32)
        figures = _reduce(np.concatenate(peaks[name]), np.concatenate(scores[name]), digits.labels, classes, threshold)
        by_layer[name] = LayerSurvey(**figures, mean=mean)
    return Survey(outputs, digits.labels, *principal_plane(np.concatenate(last_hidden)), by_layer)


def _reduce(
    peaks: NDArray[np.float32], scores: NDArray[np.float32], labels: NDArray[np.uint8], classes: int, threshold: float
) -> dict[str, NDArray[Any]]:
    """Largest values and scores (digits, maps) -> the statistics of each map, except its means."""
    low, high = peaks.min(axis=0), peaks.max(axis=0)
    edges = np.linspace(low, np.maximum(high, low + 1e-6), BINS + 1, axis=1)
    counts = np.stack([np.histogram(peaks[:, index], edges[index])[0] for index in range(peaks.shape[1])])
    best = np.argsort(-scores, axis=0, kind="stable")[:BEST].T
    members = np.eye(classes, dtype=np.float32)[labels]
    return {
        "ceiling": high,
        "reacts": (peaks > threshold).mean(axis=0).astype(np.float32),
        "counts": counts.astype(np.int32),
        "edges": edges.astype(np.float32),
        "best": best.astype(np.int32),
        "best_score": np.take_along_axis(scores, best.T, axis=0).T,
        "by_class": (scores.T @ members / np.maximum(members.sum(axis=0), 1)).astype(np.float32),
    }


def principal_plane(values: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the first two principal components (digits, 2) of values (digits, nodes), and their shares of the variance (2,)."""
    centred = values.astype(np.float64) - values.mean(axis=0)
    # The covariance of a few hundred nodes is far smaller than the digits; wider layers are rare.
    strengths, directions = np.linalg.eigh(centred.T @ centred)
    first = directions[:, ::-1][:, :2]
    # The sign of a direction is arbitrary; fixing it gives the same picture on every visit.
    first = first * np.sign(first[np.abs(first).argmax(axis=0), range(first.shape[1])])
    shares = strengths[::-1][:2] / max(float(strengths.sum()), 1e-12)
    return (centred @ first).astype(np.float32), shares.astype(np.float32)


def _activation(model: keras.Model, name: str) -> str:
    """Return the activation of a layer's values; a pool has that of the convolution before it."""
    number = int(name.rpartition("_")[2])
    if name in (pool_name(number), pool_name(number, "average")):
        name = convolution_name(number)
    config: Mapping[str, Any] = model.get_layer(name).get_config()
    return str(config.get("activation"))
