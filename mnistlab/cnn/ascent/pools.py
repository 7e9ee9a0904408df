"""Max-pools as knock-out tournaments between equal arrays -> forward and backward passes of a few simple products.

TensorFlow's own gradient of a pool takes as long as that of a convolution. Where values are equal the first of a window wins, as there.
"""

from typing import Any

import tensorflow as tf

# For each match of each round, by how much the later won; negative or zero where the earlier did.
Margins = list[list[tf.Tensor]]


class Pool:
    """A max-pool without gaps: first the columns of each window play, then its rows.

    Arguments:
        side: of a window; 1 for no pool.
    """

    def __init__(self, side: int) -> None:
        self._side = side

    def forward(self, values: tf.Tensor) -> tuple[tf.Tensor, Any]:
        """values: (batch, size · side, size · side, maps) -> (batch, size, size, maps), and what `backward` needs."""
        if self._side == 1:
            return values, None
        size, maps = values.shape[1] // self._side, values.shape[3]
        best, columns = self._play(values, maps)
        best, rows = self._play(best, size * maps)
        return tf.reshape(best, [-1, size, size, maps]), (rows, columns, size, maps)

    def backward(self, kept: Any, gradient: tf.Tensor) -> tf.Tensor:
        """gradient: (batch, size, size, maps) -> (batch, size · side, size · side, maps)."""
        if self._side == 1:
            return gradient
        rows, columns, size, maps = kept
        before = tf.stack(arriving(tf.reshape(gradient, [-1, size * maps]), rows), axis=1)
        before = tf.stack(arriving(tf.reshape(before, [-1, maps]), columns), axis=1)
        return tf.reshape(before, [-1, size * self._side, size * self._side, maps])

    def _play(self, values: tf.Tensor, width: int) -> tuple[tf.Tensor, Margins]:
        """Let neighbours play whose values lie `width` apart."""
        return tournament(tf.unstack(tf.reshape(values, [-1, self._side, width]), axis=1))


def tournament(values: list[tf.Tensor]) -> tuple[tf.Tensor, Margins]:
    """Return the largest of equal arrays, and by how much the later won each match of each round."""
    margins = []
    while len(values) > 1:
        pairs = list(zip(values[::2], values[1::2], strict=False))
        margins.append([later - earlier for earlier, later in pairs])
        # With an odd number the last goes on without a match.
        values = [tf.maximum(earlier, later) for earlier, later in pairs] + values[2 * len(pairs) :]
    return values[0], margins


def arriving(gradient: tf.Tensor, margins: Margins) -> list[tf.Tensor]:
    """Return what of the gradient arrives at each competitor: all of it at the winner, nothing at the others."""
    arrived = [gradient]
    for matches in reversed(margins):
        before: list[tf.Tensor] = []
        for place, margin in enumerate(matches):
            later = _where_positive(arrived[place], margin)
            before += [arrived[place] - later, later]
        arrived = before + arrived[len(matches) :]
    return arrived


def _where_positive(gradient: tf.Tensor, margin: tf.Tensor) -> tf.Tensor:
    """Return the gradient where the margin is positive, else zero; one operation, where a comparison and a product are three."""
    return tf.raw_ops.ReluGrad(gradients=gradient, features=margin)
