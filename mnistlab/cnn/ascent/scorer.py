"""Layers and a head -> scores of images, and their gradients with respect to the pixels."""

from collections.abc import Sequence

import tensorflow as tf

from mnistlab.cnn.ascent.chain import chain_of
from mnistlab.cnn.ascent.heads import Targets, all_maps, one_map
from mnistlab.cnn.ascent.layers import ACTIVATIONS, Convolution, Layer
from mnistlab.cnn.ascent.operations import Operation, chained, differentiated


class Scorer:
    """Computes scores at the last of some layers; pure functions of tensors, compiled by the caller.

    Arguments:
        layers: from the image to the target's layer, as `layers_to` returns them.
        single: whether the target of each image is one map; else it is a weighted sum of maps.
        plain: whether to use only TensorFlow's own operations, as XLA needs.
    """

    def __init__(self, layers: Sequence[Layer], single: bool, plain: bool = False) -> None:
        chain = chain_of(layers)
        last, (*_, size_in, size) = chain.layers[-1], chain.sizes
        if single and isinstance(last, Convolution):
            self._seen, self._head = chain.values(plain, left_out=1), one_map(last, size_in, size)
        else:
            self._seen, self._head = chain.values(plain), all_maps()
        self._activation = ACTIVATIONS[chain.activation]
        self.targets = self._head.targets

    def score(self, images: tf.Tensor, targets: Targets) -> tf.Tensor:
        """images: (batch, 28, 28) standardised -> scores (batch,)."""
        values, _ = self._values(targets)(images)
        return self._head.score(self._activation.of(values), targets)

    def score_and_gradient(self, images: tf.Tensor, targets: Targets, rescue: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return scores (batch,) and gradients (batch, 28, 28).

        While a score is zero and rescue is on, the gradient passes through the target layer's own relu (algorithms.md §3).

        Arguments:
            images: (batch, 28, 28) float32, standardised.
            targets: from `targets`.
            rescue: () bool.
        """
        values, values_back = self._values(targets)(images)
        output, output_back = differentiated(self._activation.of)(values)
        score, score_back = differentiated(lambda output: self._head.score(output, targets))(output)
        slope = score_back(tf.ones_like(score))
        gradient = output_back(slope)
        if self._activation.cuts:
            # Exactly zero: a relu that does not react gives zero, not a small value.
            dead = tf.logical_and(rescue, score == 0)
            gradient = tf.where(tf.reshape(dead, [-1] + [1] * (slope.shape.rank - 1)), slope, gradient)
        return score, values_back(gradient)

    def _values(self, targets: Targets) -> Operation:
        """Return the operation images -> values before the target's own activation."""
        return chained([self._seen, self._head.values(targets)])
