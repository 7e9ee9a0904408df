"""A digit and a question -> its explanation: what adds most to an output, a map or a node, stage by stage, and what becomes of it without."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.muting import Muting, mute_in_turn
from mnistlab.analysis.reading import layers_of, read
from mnistlab.analysis.shares import Floats, Stage, Trace
from mnistlab.recipes.network import NetworkRecipe, layer_rows

Kind = Literal["nodes", "points", "maps"]
# Parts of a stage that are shown one by one; and of how many multiplications at most the way from each of a row to the pixels may be.
MOST_PARTS, MOST_MULTIPLICATIONS = 10, 500_000_000
CONVOLUTION = "Conv2D"
# In the place of a number.
STRONGEST, ALONE = -1, -2


@dataclass(frozen=True)
class Target:
    """What is explained: a value of a layer; of the last layer an output before softmax.

    Attributes:
        layer: its name.
        index: the number of the output, map or node; STRONGEST: the one with most on this digit. Of a map its mean is explained.
        against: an output that is taken away from it; STRONGEST: the largest of the others, which also
            stands in for the output itself. ALONE: none, as for maps and nodes.
    """

    layer: str
    index: int = STRONGEST
    against: int = ALONE


@dataclass(frozen=True, eq=False)
class Row:
    """The parts of a stage that add or take away most, the largest first.

    Attributes:
        layer: name of the layer, and `shape` that of its values.
        kind: what its parts are; the points of a map together are a part of the kind "maps".
        numbers: (count,) the place of each among all points, or its number as a map or node.
        shares: (count,) what each adds.
        pixels: (count, 28, 28) what the pixels add by way of it.
        others: what all other parts add, and `left`, how many these are.
        biases: what biases behind this layer add.
    """

    layer: str
    shape: tuple[int, ...]
    kind: Kind
    numbers: NDArray[np.int64]
    shares: Floats
    pixels: Floats
    others: float
    left: int
    biases: float

    def point(self, place: int) -> tuple[int, int, int]:
        """Return map, row and column of a point of the row."""
        down, right, index = (int(part) for part in np.unravel_index(int(self.numbers[place]), self.shape))
        return index, down, right

    def map_of(self, place: int) -> int:
        """Return the number of the map, or node, of a part of the row."""
        return self.point(place)[0] if self.kind == "points" else int(self.numbers[place])


@dataclass(frozen=True, eq=False)
class Explanation:
    """The answer to a question about one digit.

    Attributes:
        target: what is explained, with numbers.
        total: its value.
        outputs: (classes,) as the network reads the digit, with all its maps.
        rows: the stages between it and the pixels, the last first.
        pixels: (28, 28) what each pixel adds, and `biases`, what all biases add.
        by_map: (maps,) what each map of the last convolution before it adds; empty if there is none.
        muting: what becomes of it without the strongest of these; None if there is none.
        is_output: whether an output is explained, not a map or node inside.
    """

    target: Target
    total: float
    outputs: NDArray[np.float32]
    rows: tuple[Row, ...]
    pixels: Floats
    biases: float
    by_map: Floats
    muting: Muting | None
    is_output: bool

    @property
    def sign(self) -> int:
        """-1 if the explained difference or value is below zero, so that what takes away from it explains it; else 1."""
        alone = self.is_output and self.target.against == ALONE
        return -1 if self.total < 0 and not alone else 1


def explain(
    recipe: NetworkRecipe, weights: Mapping[str, NDArray[np.float32]], picture: NDArray[np.float32], target: Target
) -> Explanation:
    """Return the explanation of a value.

    Arguments:
        recipe: of the network.
        weights: by name.
        picture: (28, 28) float32, as the network takes it in.
        target: of a layer of this network.
    """
    trace = Trace(recipe, weights, picture[None, :, :, None])
    last = trace.steps[-1].layer.row.name
    target = _resolved(target, trace)
    stages = trace.stages(target.layer, _wanted(target, trace))
    convolution = next((stage for stage in stages[1:] if stage.layer.startswith(CONVOLUTION)), None)
    found = Explanation(
        target,
        float(stages[0].total[0]),
        read(recipe, weights, picture[None])[0],
        tuple(_rows(trace, recipe, stages[1:-1], convolution)),
        stages[-1].shares[0, ..., 0],
        float(stages[-1].biases[0]),
        np.zeros(0) if convolution is None else convolution.by_map[0],
        None,
        target.layer == last,
    )
    if convolution is None:
        return found
    order = np.argsort(-found.sign * found.by_map, kind="stable")
    values = convolution.values[0].astype(np.float32)
    return replace(found, muting=mute_in_turn(recipe, weights, convolution.layer, values, order, target.layer))


def without(
    recipe: NetworkRecipe,
    weights: Mapping[str, NDArray[np.float32]],
    picture: NDArray[np.float32],
    layer: str,
    index: int,
) -> NDArray[np.float32]:
    """Return the outputs (classes,) with one map or node muted; arguments as for `explain`."""
    *_, outputs = layers_of(recipe, weights, picture[None], [(layer, index, 0.0)]).values()
    read_so: NDArray[np.float32] = outputs[0]
    return read_so


def _resolved(target: Target, trace: Trace) -> Target:
    """Return the target with numbers in place of STRONGEST."""
    values = trace.step(target.layer).values[0]
    means = values.reshape(-1, values.shape[-1]).mean(axis=0)
    index = int(means.argmax()) if target.index == STRONGEST else target.index
    against = target.against
    if against in (STRONGEST, index):
        others = means.copy()
        others[index] = -np.inf
        against = int(others.argmax())
    return Target(target.layer, index, against)


def _wanted(target: Target, trace: Trace) -> Floats:
    wanted = np.zeros_like(trace.step(target.layer).values)
    wanted[..., target.index] = wanted.shape[-1] / wanted.size
    if target.against != ALONE:
        wanted[..., target.against] -= wanted.shape[-1] / wanted.size
    return wanted


def _rows(trace: Trace, recipe: NetworkRecipe, stages: Sequence[Stage], convolution: Stage | None) -> Iterator[Row]:
    """Yield the rows of the stages that are shown: hidden dense layers, and points and maps of the last convolution."""
    cost = sum(row.multiplications for row in layer_rows(recipe))
    most = max(1, min(MOST_PARTS, MOST_MULTIPLICATIONS // max(cost, 1)))
    for stage in stages:
        kinds: tuple[Kind, ...] = ("points", "maps") if stage is convolution else ()
        for kind in ("nodes",) if stage.values.ndim == 2 else kinds:
            row = _row(trace, stage, kind, most)
            if len(row.numbers):
                yield row


def _row(trace: Trace, stage: Stage, kind: Kind, most: int) -> Row:
    shares, shape = (stage.by_map[0] if kind == "maps" else stage.shares.reshape(-1)), stage.values.shape[1:]
    numbers = np.argsort(-np.abs(shares), kind="stable")[:most]
    numbers = numbers[shares[numbers] != 0]
    chosen = np.zeros((len(numbers), *shape), bool)
    for place, number in enumerate(numbers):
        if kind == "maps":
            chosen[place, ..., number] = True
        else:
            chosen[place].flat[number] = True
    pixels, _ = trace.through(stage, chosen)
    others = float(shares.sum() - shares[numbers].sum())
    left, biases = len(shares) - len(numbers), float(stage.biases[0])
    return Row(stage.layer, shape, kind, numbers, shares[numbers], pixels, others, left, biases)
