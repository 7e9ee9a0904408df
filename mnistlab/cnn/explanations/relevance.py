"""Layer-wise relevance over the chain: the score is handed down from layer to layer, and what biases (and epsilon) take is counted.

A layer that adds up (`Convolution`, `Dense`, `Scale`) shares out by a rule, with the way back of its own operation as the sum over nodes. An
activation passes relevance on as it is; a pool gives it to the largest of each window, or to all of it alike where it takes the mean, which is the way back of its operation;
what only rearranges is gone back likewise.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import tensorflow as tf

from mnistlab.cnn.ascent.layers import Activation, Convolution, Dense, Scale
from mnistlab.cnn.ascent.operations import Function
from mnistlab.cnn.explanations.steps import Step, walked
from mnistlab.explanations.chain import AlphaBetaRule, EpsilonRule, Rule

# The relevance of what comes into a layer, and of its biases (batch,).
Share = tuple[tf.Tensor, tf.Tensor]
Adding = Convolution | Dense | Scale


def relevance(
    steps: list[Step],
    pictures: tf.Tensor,
    start: Callable[[tf.Tensor], tf.Tensor],
    rule: Rule,
    only: tuple[int, int] | None = None,
) -> Share:
    """Return the relevance of pixels (batch, 28, 28), and of all biases together (batch,).

    Arguments:
        steps: from the pictures to the layer of the goal.
        pictures: (batch, 28, 28).
        start: activations of that layer -> their relevance, of the same shape.
        rule: how a layer that adds up shares out.
        only: number of steps, and the map whose relevance alone goes on behind so many.
    """
    trail = walked(steps, pictures)
    share = start(trail[-1][2])
    biases = tf.zeros(len(pictures))
    for number, (step, before, after, back) in reversed(list(enumerate(trail, start=1))):
        if only is not None and number == only[0]:
            share = share * tf.one_hot(only[1], share.shape[-1])
        match step.layer:
            case Activation():
                pass
            case Convolution() | Dense() | Scale() as layer:
                share, kept = _shared(layer, step, before, after, back, share, rule)
                biases += kept
            case _:
                share = back(share)
    return share, biases


def _shared(
    layer: Adding, step: Step, before: tf.Tensor, after: tf.Tensor, back: Function, share: tf.Tensor, rule: Rule
) -> Share:
    """Return the relevance of what comes into a layer, and of its biases (batch,), from that of what goes out."""
    match rule:
        case EpsilonRule(epsilon=epsilon):
            away = tf.where(after < 0, -epsilon, epsilon)
            per_sum = share / (after + away)
            return before * back(per_sum), _whole(per_sum * (_bias(layer) + away))
        case AlphaBetaRule(alpha=alpha):
            return _apart(layer, step, before, share, alpha)


def _apart(layer: Adding, step: Step, before: tf.Tensor, share: tf.Tensor, alpha: float) -> Share:
    """Share out among what raises each sum and what lowers it: `alpha` goes to the side that won."""
    raising, lowering = _signed(layer, np.maximum), _signed(layer, np.minimum)
    up, down = _Side(raising, lowering, step, before), _Side(lowering, raising, step, before)
    # Where there is nothing on one side, the other takes all: nothing may be lost.
    won = tf.where(up.sums + down.sums < 0, 1 - alpha, alpha)
    weight = tf.where(down.sums == 0, 1.0, tf.where(up.sums == 0, 0.0, won))
    raised, lowered = up.share(weight * share), down.share((1 - weight) * share)
    return raised[0] + lowered[0], raised[1] + lowered[1]


class _Side:
    """The part of each sum that raises it, or that lowers it: inputs above zero through weights of one sign, those below through the others."""

    def __init__(self, of_above: Adding, of_below: Adding, step: Step, before: tf.Tensor) -> None:
        self._bias = _bias(of_above)
        halves = [(of_above, tf.nn.relu(before))]
        # Behind a relu there is nothing below zero.
        if tf.reduce_any(before < 0):
            halves.append((_without_bias(of_below), -tf.nn.relu(-before)))
        found = [(inputs, *layer.operation(step.size_in, step.size, plain=True)(inputs)) for layer, inputs in halves]
        self.sums = tf.add_n([sums for _, sums, _ in found])
        self._halves = [(inputs, back) for inputs, _, back in found]

    def share(self, share: tf.Tensor) -> Share:
        """Return what inputs get of the relevance of this side, and its biases (batch,)."""
        per_sum = tf.math.divide_no_nan(share, self.sums)
        return tf.add_n([inputs * back(per_sum) for inputs, back in self._halves]), _whole(per_sum * self._bias)


def _signed(layer: Adding, part: Callable[..., np.ndarray]) -> Adding:
    """Return a layer with the weights above zero only (`np.maximum`), or below (`np.minimum`)."""
    match layer:
        case Scale(factor=factor, shift=shift):
            return Scale(part(factor, 0), part(shift, 0))
        case _:
            return replace(layer, kernel=part(layer.kernel, 0), bias=part(layer.bias, 0))


def _without_bias(layer: Adding) -> Adding:
    match layer:
        case Scale():
            return replace(layer, shift=np.zeros_like(layer.shift))
        case _:
            return replace(layer, bias=np.zeros_like(layer.bias))


def _bias(layer: Adding) -> np.ndarray:
    return layer.shift if isinstance(layer, Scale) else layer.bias


def _whole(parts: tf.Tensor) -> tf.Tensor:
    """(batch, …) -> (batch,), the sum."""
    return tf.reduce_sum(parts, axis=range(1, parts.shape.rank))
