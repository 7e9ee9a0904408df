"""Functions of tensors -> operations: their result, and a function for the gradient.

An operation has the form that `tf.custom_gradient` takes: values -> (result, back), where `back` maps the gradient with respect to the result
to that with respect to the values. `differentiated` derives it; only those of compiled loops and of the tournament of a max-pool are written
by hand. (`tf.custom_gradient` itself keeps every graph it is used in, with its weights, for the life of the process: docs/decisions/0023.)
"""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

Function = Callable[[tf.Tensor], tf.Tensor]
Operation = Callable[[tf.Tensor], tuple[tf.Tensor, Function]]


def differentiated(function: Function) -> Operation:
    """Return the operation of any function of tensors, with automatic differentiation; `back` may be called once."""

    def operation(values: tf.Tensor) -> tuple[tf.Tensor, Function]:
        with tf.GradientTape() as tape:
            tape.watch(values)
            result = function(values)
        return result, lambda gradient: tape.gradient(result, values, gradient)

    return operation


def chained(operations: Sequence[Operation]) -> Operation:
    """Return the composition of operations, first to last."""

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
    """Return the operation of a forward and a backward loop over images.

    Arguments:
        forward: array (batch, …) -> largest values and winners, (batch, *shape) each, as in `kernels.py`.
        backward: gradient and winners, (batch, *shape) each -> gradient (batch, *shape_in) with respect to the input of `before`.
        shape_in: shape of the input without the batch axis.
        shape: shape of the output without the batch axis.
        before: tensor -> the input of `forward`.
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
    """Return a max-pool without gaps, (batch, size · side, size · side, maps) -> (batch, size, size, maps), as a tournament: columns, then rows.

    TensorFlow's own gradient of a pool takes as long as that of a convolution. Of equal values the first in a window wins, as in TensorFlow.
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
    """Return the maximum of every `side` neighbours that are `width` apart."""
    best, back = _tournament(tf.unstack(tf.reshape(values, [-1, side, width]), axis=1))
    return best, lambda gradient: tf.stack(back(tf.reshape(gradient, [-1, width])), axis=1)


def _tournament(values: list[tf.Tensor]) -> tuple[tf.Tensor, Callable[[tf.Tensor], list[tf.Tensor]]]:
    """Return the elementwise maximum of arrays of one shape, and a function that routes the gradient to the winners."""
    if len(values) == 1:
        return values[0], lambda gradient: [gradient]
    half = (len(values) + 1) // 2
    earlier, earlier_back = _tournament(values[:half])
    later, later_back = _tournament(values[half:])

    def back(gradient: tf.Tensor) -> list[tf.Tensor]:
        # The gradient where the later value won: one operation instead of a comparison and a product.
        won = tf.raw_ops.ReluGrad(gradients=gradient, features=later - earlier)
        return earlier_back(gradient - won) + later_back(won)

    return tf.maximum(earlier, later), back
