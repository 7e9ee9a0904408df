"""Make the result of an image bit-identical in every batch, by padding packets, rows and images to whole multiples.

TensorFlow uses other code paths, which round differently, for the end of an array, a product with few rows and a batch of one.
Steep ascents amplify the difference until an image ends as another picture alone than in a batch. All padding for this is in this module.
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

# Largest number of values a processor takes at once; it computes the remaining values at the end of an array one by one.
PACKET = 16
# Rows of a product in a dense layer are a multiple of this: processors take 4, 6, 8 or 12 at once, and compute the rest differently.
ROWS = 24


def in_packets(function: Callable[[tf.Tensor], tf.Tensor]) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return a version of an elementwise function of (batch, …) that computes each image's values in whole packets, forward and backward."""

    def filled(values: tf.Tensor) -> tf.Tensor:
        shape = values.shape[1:]
        size = int(np.prod(shape))
        packets = tf.pad(tf.reshape(values, [-1, size]), [[0, 0], [0, -size % PACKET]])
        return tf.reshape(function(packets)[:, :size], [-1, *shape])

    return filled


def product(values: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """Return values (batch, nodes in) · kernel (nodes in, nodes), in whole blocks of rows."""
    count = tf.shape(values)[0]
    return tf.matmul(tf.pad(values, [[0, -count % ROWS], [0, 0]]), kernel)[:count]


def two_at_least(
    images: NDArray[np.float32], targets: tuple[tf.Tensor, ...]
) -> tuple[NDArray[np.float32], tuple[tf.Tensor, ...]]:
    """Return images (batch, 28, 28) and tensors with one entry per image; a single image is duplicated."""
    if len(images) != 1:
        return images, targets
    return np.tile(images, (2, 1, 1)), tuple(tf.concat([target, target], 0) for target in targets)
