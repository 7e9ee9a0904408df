"""The layers of a network one by one, as operations: for what has to be looked at between them, where the ascent merges layers.

Each is the operation of the layer itself (`ascent/layers.py`), on whole maps; rows and columns that a pool drops are cut off before it. Only TensorFlow's
own operations are used: a compiled loop for each size of filter without its pool would cost a visitor its compilation.
"""

from dataclasses import dataclass

import tensorflow as tf

from mnistlab.cnn.ascent.chain import layers_to
from mnistlab.cnn.ascent.layers import Layer, Pool
from mnistlab.cnn.ascent.operations import Function, Operation, differentiated
from mnistlab.recipes.network import IMAGE_SIZE
from mnistlab.store.networks import StoredNetwork


@dataclass(frozen=True, eq=False)
class Step:
    """One step. `layer`: whose it is; None for one that only rearranges. `size_in`, `size`: rows and columns before and after it."""

    layer: Layer | None
    operation: Operation
    size_in: int
    size: int


def steps_to(network: StoredNetwork, layer: str) -> list[Step]:
    """Return the steps from pictures (batch, 28, 28) to the activations of `layer`; of the last layer, to the outputs before softmax."""
    steps: list[Step] = []
    for part, before, after in _plan(network, layer):
        if part is not None:
            operation = part.operation(before, after, plain=True)
        else:
            operation = differentiated(_cut(after) if steps else lambda pictures: pictures[..., None])
        steps.append(Step(part, operation, before, after))
    return steps


def end_of(network: StoredNetwork, layer: str) -> int:
    """Return how many of the steps of any later layer lead to the activations of `layer`."""
    return len(_plan(network, layer))


def _plan(network: StoredNetwork, layer: str) -> list[tuple[Layer | None, int, int]]:
    """Return the layer, and rows and columns before and after it, of each step; the first only adds an axis, other steps without layer cut."""
    size = IMAGE_SIZE
    plan: list[tuple[Layer | None, int, int]] = [(None, size, size)]
    for part in layers_to(network, layer):
        if isinstance(part, Pool) and size % part.side:
            plan.append((None, size, size - size % part.side))
            size = plan[-1][2]
        plan.append((part, size, part.size_out(size)))
        size = plan[-1][2]
    return plan


def _cut(size: int) -> Function:
    return lambda values: values[:, :size, :size]


def walked(steps: list[Step], pictures: tf.Tensor) -> list[tuple[Step, tf.Tensor, tf.Tensor, Function]]:
    """Return for each step: it, what comes in, what goes out, and the way back of a gradient, which may be gone once."""
    trail, values = [], pictures
    for step in steps:
        before = values
        values, back = step.operation(before)
        trail.append((step, before, values, back))
    return trail
