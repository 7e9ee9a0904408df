"""What makes an image's numbers the same alone and among others, to the last bit: packets, rows and images in whole numbers.

TensorFlow takes other ways, with other rounding, through the end of an array, a product of few rows and a batch of one. Steep
ascents enlarge that until an image alone ends as another picture than among others. All care about it stands here.
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

# Values a processor takes at once, at most; the last of an array it takes one by one.
PACKET = 16
# Rows of a product of a dense layer are a multiple of this: processors take 4, 6, 8 or 12 at once, and the rest in another way.
ROWS = 24


def in_packets(function: Callable[[tf.Tensor], tf.Tensor]) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return a function of each value of (batch, …) that takes each image's values in whole packets, forward and backward."""

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
    """Return images (batch, 28, 28) and tensors with one entry an image, a single image twice."""
    if len(images) != 1:
        return images, targets
    return np.tile(images, (2, 1, 1)), tuple(tf.concat([target, target], 0) for target in targets)
