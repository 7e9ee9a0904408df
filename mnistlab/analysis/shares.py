"""Digits -> what each node, map, point and pixel adds to a value of a network: shares that add up to it.

A node's value is written as `rest + slope · total`: `rest` is what its activation makes of zero, `slope` is what it has made of this total, by the total
(for relu 1 or 0, its gradient). On each digit the network is then a chain of sums, so a value of any layer is a sum over the layers before it: each of their
values times one multiplier, plus what biases and rests of the layers between add. Nothing is left over, whatever the activations. Why so:
docs/decisions/0040.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.reading import ACTIVATIONS, convolved, pooled, rimmed
from mnistlab.analysis.receptive import ShownLayer, shown_layers
from mnistlab.recipes.network import ConvStage, NetworkRecipe

Floats = NDArray[np.float64]
Weights = Mapping[str, NDArray[np.float32]]
# What stands before the first layer.
PIXELS = "pixels"
# Smaller totals have the slope at zero: their own would be a quotient of rounding errors.
TINY = 1e-9
SLOPES_AT_ZERO = {"relu": 0.0, "elu": 1.0, "tanh": 1.0, "sigmoid": 0.25}


@dataclass(frozen=True, eq=False)
class Step:
    """A layer at work on some digits, whose axis is the first of each array.

    Attributes:
        layer: which.
        before: what it reads, (digits, rows, columns, maps) or (digits, nodes).
        values: what it makes of it; of the last layer its sums, before softmax or sigmoid.
        slope: of the shape of `values`; 1 for a pool and for the last layer.
        rest: what its activation makes of zero.
    """

    layer: ShownLayer
    before: Floats
    values: Floats
    slope: Floats
    rest: float


@dataclass(frozen=True, eq=False)
class Stage:
    """What the values of a layer, or the pixels, add to the value that is explained, for each digit.

    Attributes:
        layer: name of the layer, or PIXELS.
        values: (digits, rows, columns, maps) or (digits, nodes); of pixels (digits, 28, 28, 1), as the network takes them in.
        multipliers: of the same shape.
        biases: (digits,) what biases and rests of the layers behind add.
    """

    layer: str
    values: Floats
    multipliers: Floats
    biases: Floats

    @property
    def shares(self) -> Floats:
        """What each value adds."""
        return self.values * self.multipliers

    @property
    def by_map(self) -> Floats:
        """What the points of each map add together, (digits, maps); of a dense layer what each node adds, (digits, nodes)."""
        shares = self.shares
        added: Floats = shares.reshape(len(shares), -1, shares.shape[-1]).sum(axis=1)
        return added

    @property
    def total(self) -> Floats:
        """The value that is explained, (digits,)."""
        total: Floats = self.shares.sum(axis=tuple(range(1, self.values.ndim))) + self.biases
        return total


class Trace:
    """A network at work on some digits, in double precision.

    Arguments:
        recipe: of the network; every activation it allows.
        weights: by name.
        values: (digits, 28, 28, 1), as the network takes them in; or what the layer `behind` makes of the digits.
        behind: name of a layer; "": all layers are at work.
    """

    def __init__(self, recipe: NetworkRecipe, weights: Weights, values: NDArray[np.floating], behind: str = "") -> None:
        self._weights, self._behind = weights, behind
        self.first: Floats = values.astype(np.float64)
        self.steps: list[Step] = []
        made, stages, is_due = self.first, iter(recipe.conv), not behind
        for layer in (layers := shown_layers(recipe)):
            stage = next(stages) if layer.kind == "convolution" else None
            if is_due:
                self.steps.append(self._at_work(layer, stage, made, layer is layers[-1]))
                made = self.steps[-1].values
            is_due = is_due or layer.row.name == behind

    def step(self, layer: str) -> Step:
        """Return a layer at work."""
        return self.steps[self._place(layer)]

    def stages(self, layer: str, wanted: Floats) -> list[Stage]:
        """Return how a sum of values of a layer comes about: that layer, then each before it, and at the end the pixels, or the layer `behind`.

        Arguments:
            layer: the layer whose values are explained; of the last one its sums, before softmax.
            wanted: how much of each value is asked for, of the values' shape.
        """
        found = [Stage(layer, self.step(layer).values, wanted, np.zeros(len(wanted)))]
        for name, multipliers, biases in self._down(layer, wanted):
            values = self.first if name in (PIXELS, self._behind) else self.step(name).values
            found.append(Stage(name, values, multipliers, biases))
        return found

    def through(self, stage: Stage, chosen: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """Return what the pixels of the one digit add by way of some values of a stage alone.

        Arguments:
            stage: as from `stages`, not that of the pixels.
            chosen: (count, …) the values of each part.

        Returns:
            (count, 28, 28) shares of the pixels, and (count,) what the biases on the way add: together what the part adds.
        """
        *_, (_, multipliers, biases) = self._down(stage.layer, stage.multipliers * chosen)
        return (multipliers * self.first)[..., 0], biases

    def _at_work(self, layer: ShownLayer, stage: ConvStage | None, before: Floats, is_last: bool) -> Step:
        if layer.kind == "pool":
            values = pooled(before, layer.reach, layer.pooling)
            return Step(layer, before, values, np.ones_like(values), 0.0)
        kernel, bias = self._parts(layer)
        if stage is not None:
            totals = convolved(rimmed(before, stage), kernel) + bias
        else:
            totals = before.reshape(len(before), -1) @ kernel + bias
        return _summed(layer, before, totals) if is_last else _activated(layer, before, totals)

    def _down(self, layer: str, multipliers: Floats) -> Iterator[tuple[str, Floats, Floats]]:
        """Yield each layer before `layer`, last to first: name, multipliers of its values, and (digits,) what was added on the way.

        There may be several sets of multipliers for one digit, along the first axis.
        """
        added = np.zeros(len(multipliers))
        for place in range(self._place(layer), -1, -1):
            step = self.steps[place]
            if step.layer.kind == "pool":
                multipliers = (_to_all if step.layer.pooling == "average" else _to_the_largest)(step, multipliers)
            else:
                kernel, bias = self._parts(step.layer)
                of_totals = multipliers * step.slope
                added = added + of_totals.sum(axis=tuple(range(1, multipliers.ndim - 1))) @ bias
                added = added + step.rest * multipliers.sum(axis=tuple(range(1, multipliers.ndim)))
                if step.layer.kind == "convolution":
                    multipliers = _spread(of_totals, kernel, step)
                else:
                    multipliers = (of_totals @ kernel.T).reshape(len(of_totals), *step.before.shape[1:])
            yield (self.steps[place - 1].layer.row.name if place else self._behind or PIXELS), multipliers, added

    def _parts(self, layer: ShownLayer) -> tuple[Floats, Floats]:
        """Return kernel and bias of a layer."""
        name = layer.row.name
        return self._weights[f"{name}/kernel"].astype(np.float64), self._weights[f"{name}/bias"].astype(np.float64)

    def _place(self, layer: str) -> int:
        return next(place for place, step in enumerate(self.steps) if step.layer.row.name == layer)


def _summed(layer: ShownLayer, before: Floats, totals: Floats) -> Step:
    """Return the last layer: its outputs are explained as they are before softmax."""
    return Step(layer, before, totals, np.ones_like(totals), 0.0)


def _activated(layer: ShownLayer, before: Floats, totals: Floats) -> Step:
    activation = ACTIVATIONS[layer.activation]
    values: Floats = activation(totals)  # type: ignore[arg-type, assignment]  # these work in any precision
    rest = float(activation(np.zeros(1))[0])  # type: ignore[arg-type]
    is_tiny = np.abs(totals) < TINY
    slope = np.where(is_tiny, SLOPES_AT_ZERO[layer.activation], (values - rest) / np.where(is_tiny, 1.0, totals))
    return Step(layer, before, values, slope, rest)


def _to_the_largest(step: Step, multipliers: Floats) -> Floats:
    """Return multipliers of what a pool reads: those of its values, each at the largest of its square, the first where several are."""
    side, (digits, rows, columns, maps) = step.layer.reach, step.values.shape
    squares = step.before[:, : rows * side, : columns * side].reshape(digits, rows, side, columns, side, maps)
    # (digits, rows, columns, maps, the values of a square)
    within = squares.transpose(0, 1, 3, 5, 2, 4).reshape(digits, rows, columns, maps, side * side)
    is_largest = np.arange(side * side) == within.argmax(axis=-1)[..., None]
    given = multipliers[..., None] * is_largest
    spread = given.reshape(len(given), rows, columns, maps, side, side).transpose(0, 1, 4, 2, 5, 3)
    before = np.zeros((len(given), *step.before.shape[1:]))
    before[:, : rows * side, : columns * side] = spread.reshape(len(given), rows * side, columns * side, maps)
    return before


def _to_all(step: Step, multipliers: Floats) -> Floats:
    """Return multipliers of what a pool of means reads: to each value of a square the same part of its mean's."""
    side, (_, rows, columns, _) = step.layer.reach, step.values.shape
    before = np.zeros((len(multipliers), *step.before.shape[1:]))
    before[:, : rows * side, : columns * side] = multipliers.repeat(side, axis=1).repeat(side, axis=2) / side**2
    return before


def _spread(of_totals: Floats, kernel: Floats, step: Step) -> Floats:
    """Return multipliers of what a convolution reads, from those of its sums (count, rows, columns, maps)."""
    side, (count, rows, columns, _) = len(kernel), of_totals.shape
    room = np.zeros((count, rows + side - 1, columns + side - 1, kernel.shape[2]))
    for down in range(side):
        for right in range(side):
            room[:, down : down + rows, right : right + columns] += of_totals @ kernel[down, right].T
    # Zeros around what comes in add nothing.
    first, (_, high, wide, _) = step.layer.padded, step.before.shape
    return room[:, first : first + high, first : first + wide]
