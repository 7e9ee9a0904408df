"""A model and a test set -> in which answers each map of the last convolution is used most."""

import keras
import numpy as np
import tensorflow as tf

from mnistlab.analysis.muting import counts_of
from mnistlab.analysis.uses import KEPT_OVER, answers_kept, shares_in_answers
from mnistlab.cnn.activations import layer_tensors
from mnistlab.cnn.network import network_input
from mnistlab.cnn.survey import BATCH, BEST
from mnistlab.data.digits import Digits
from mnistlab.progress import Progress, Work
from mnistlab.recipes.network import convolution_name
from mnistlab.results.readings import Uses
from mnistlab.store.networks import StoredNetwork

# Of the random order of maps.
SEED = 0
# Digits whose sums are taken apart at a time.
AT_ONCE = 50


def find_uses(network: StoredNetwork, model: keras.Model, digits: Digits) -> Work[Uses]:
    """Run all digits through the network and return what its maps add to the answers.

    Arguments:
        network: the network.
        model: the same, for TensorFlow.
        digits: the digits.

    Raises:
        RecipeError: the digits have a class for which the network has no output.
    """
    # Before a minute's work.
    digits.must_fit(network.recipe.classes)
    layer = convolution_name(len(network.recipe.conv))
    parts, first = [], None
    for start in range(0, len(digits), BATCH):
        yield Progress("seeing what each map adds to the answers", start, len(digits))
        images = tf.constant(network_input(model, digits.images[start : start + BATCH]))
        values = next(values for name, values in layer_tensors(model, images) if name == layer)
        first = values.numpy()[:KEPT_OVER].copy() if first is None else first
        # In small parts, since the sums hold many copies of what the convolution makes, in double precision.
        for few in np.split(values.numpy(), range(AT_ONCE, len(values), AT_ONCE)):
            parts.append(shares_in_answers(network.recipe, network.weights, layer, few).astype(np.float32))
    assert first is not None, "there are digits"
    shares = np.concatenate(parts)
    counts = counts_of(shares.shape[1])
    ranks = (shares[: len(first)], np.random.default_rng(SEED).random(shares[: len(first)].shape))
    kept, by_chance = (answers_kept(network.recipe, network.weights, layer, first, rank, counts) for rank in ranks)
    best = np.argsort(-shares, axis=0, kind="stable")[:BEST].T
    classes = network.recipe.classes
    members = np.eye(classes, dtype=np.float32)[digits.labels]
    return Uses(
        best.astype(np.int32),
        np.take_along_axis(shares, best.T, axis=0).T,
        shares.T @ members / np.maximum(members.sum(axis=0), 1),
        counts,
        kept,
        by_chance,
    )
