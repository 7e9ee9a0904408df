"""Functions of tensors -> operations: their result, and the way back for a gradient.

An operation has the form of what `tf.custom_gradient` takes: values -> (result, back), where `back` makes of the gradient in the result that
in the values. `differentiated` derives it; written out are only those of compiled loops and of the match of a max-pool. (`tf.custom_gradient`
itself keeps every graph it is used in, weights and all, for as long as the process lives: docs/decisions/0023.)
"""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

Function = Callable[[tf.Tensor], tf.Tensor]
Operation = Callable[[tf.Tensor], tuple[tf.Tensor, Function]]


def differentiated(function: Function) -> Operation:
    """Return the operation of any function of tensors; its way back, to be called once, is that of automatic differentiation."""

    def operation(values: tf.Tensor) -> tuple[tf.Tensor, Function]:
        with tf.GradientTape() as tape:
            tape.watch(values)
            result = function(values)
        return result, lambda gradient: tape.gradient(result, values, gradient)

    return operation


def chained(operations: Sequence[Operation]) -> Operation:
    """Return the operation that is all of these, one after the other."""

    def operation(values: tf.Tensor) -> tuple[tf.Tensor, Function]:
        backs = []
        for each in operations:
            values, back = each(values)
            backs.append(back)

        def all_back(gradient: tf.Tensor) -> tf.Tensor:
            for back in reversed(backs):
                gradient = back(gradient)
            return gradient

        return values, all_back

    return operation


def looped(
    forward: Callable[[Any], Any],
    backward: Callable[[Any, Any], Any],
    shape_in: tuple[int, ...],
    shape: tuple[int, ...],
    before: Function = tf.identity,
) -> Operation:
    """Return the operation of two compiled loops over images.

    Arguments:
        forward: array (batch, …) -> largest values and winners, (batch, *shape) each, as in `kernels.py`.
        backward: gradient and winners, (batch, *shape) each -> gradient (batch, *shape_in) in what came into `before`.
        shape_in: of an image's part of what comes in.
        shape: of an image's part of what comes out.
        before: tensor -> what `forward` takes.
    """

    def operation(values: tf.Tensor) -> tuple[tf.Tensor, Function]:
        best, winners = tf.numpy_function(forward, [before(values)], [tf.float32, tf.uint8], stateful=False)
        best.set_shape((None, *shape))

        def back(gradient: tf.Tensor) -> tf.Tensor:
            result = tf.numpy_function(backward, [gradient, winners], tf.float32, stateful=False)
            result.set_shape((None, *shape_in))
            return result

        return best, back

    return operation


def max_pool(side: int) -> Operation:
    """A max-pool without gaps, (batch, size · side, size · side, maps) -> (batch, size, size, maps), as a tournament: columns, then rows.

    TensorFlow's own gradient of a pool takes as long as that of a convolution. Where values are equal the first of a window wins, as there.
    """
    if side == 1:
        return chained([])

    def operation(values: tf.Tensor) -> tuple[tf.Tensor, Function]:
        size, maps = values.shape[1] // side, values.shape[3]
        best, columns_back = _play(values, side, maps)
        best, rows_back = _play(best, side, size * maps)

        def back(gradient: tf.Tensor) -> tf.Tensor:
            return tf.reshape(columns_back(rows_back(gradient)), [-1, size * side, size * side, maps])

        return tf.reshape(best, [-1, size, size, maps]), back

    return operation


def _play(values: tf.Tensor, side: int, width: int) -> tuple[tf.Tensor, Function]:
    """Let `side` neighbours play whose values lie `width` apart."""
    best, back = _tournament(tf.unstack(tf.reshape(values, [-1, side, width]), axis=1))
    return best, lambda gradient: tf.stack(back(tf.reshape(gradient, [-1, width])), axis=1)


def _tournament(values: list[tf.Tensor]) -> tuple[tf.Tensor, Callable[[tf.Tensor], list[tf.Tensor]]]:
    """Return the largest of equal arrays, and what gives the gradient to the winner and nothing to the others."""
    if len(values) == 1:
        return values[0], lambda gradient: [gradient]
    half = (len(values) + 1) // 2
    earlier, earlier_back = _tournament(values[:half])
    later, later_back = _tournament(values[half:])

    def back(gradient: tf.Tensor) -> list[tf.Tensor]:
        # The gradient where the later won: one operation, where a comparison and a product are three.
        won = tf.raw_ops.ReluGrad(gradients=gradient, features=later - earlier)
        return earlier_back(gradient - won) + later_back(won)

    return tf.maximum(earlier, later), back
