"""Maps, muted one after the other -> what becomes of a network's outputs, or of a map or node behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.reading import batch_of, layers_after
from mnistlab.recipes.network import NetworkRecipe, layer_rows

# Up to so many maps each further one is looked at, so that “the fewest” can be said; beyond, one in so many steps.
EXACT, STEPS = 16, 12
# Orders drawn at random to compare with, fewer where a network takes longer: so many multiplications in all. Where even one order takes more (only
# a large convolution between the maps and what is explained does), only the first FEW are muted, and all.
ORDERS, MOST_MULTIPLICATIONS, FEW = 10, 400_000_000, 3
SEED = 0


@dataclass(frozen=True, eq=False)
class Muting:
    """What a layer says while more and more maps of one before it are muted.

    Attributes:
        layer: whose maps are muted.
        order: (maps,) their numbers, the first is muted first.
        counts: (k,) how many are muted, from none to all.
        values: (k, numbers) what each map (its mean) or node of the explained layer says then; of the last one its outputs.
        by_chance: (k, numbers) the same, the maps in random orders, on average.
    """

    layer: str
    order: NDArray[np.int64]
    counts: NDArray[np.int64]
    values: NDArray[np.float32]
    by_chance: NDArray[np.float32]


def muted(
    recipe: NetworkRecipe,
    weights: Mapping[str, NDArray[np.float32]],
    layer: str,
    values: NDArray[np.float32],
    groups: Sequence[NDArray[np.int64]],
    seen: str,
) -> NDArray[np.float32]:
    """Return what the layer `seen` says of one digit with each group of maps muted, (groups, …).

    Arguments:
        recipe: of the network.
        weights: by name.
        layer: a convolution before `seen`.
        values: what it makes of the digit, (rows, columns, maps).
        groups: the numbers of the maps that are muted together.
        seen: name of a layer.
    """
    parts, batch = [], batch_of(recipe)
    for start in range(0, len(groups), batch):
        some = groups[start : start + batch]
        copies = np.repeat(values[None], len(some), axis=0)
        for number, maps in enumerate(some):
            copies[number, ..., maps] = 0
        parts.append(layers_after(recipe, weights, layer, copies)[seen])
    return np.concatenate(parts)


def mute_in_turn(
    recipe: NetworkRecipe,
    weights: Mapping[str, NDArray[np.float32]],
    layer: str,
    values: NDArray[np.float32],
    order: NDArray[np.int64],
    seen: str,
) -> Muting:
    """Return what becomes of a layer while maps are muted in this order; arguments as for `muted`."""
    names = [row.name for row in layer_rows(recipe)]
    behind = layer_rows(recipe)[names.index(layer) + 1 : names.index(seen) + 1]
    cost = max(1, sum(row.multiplications for row in behind))
    counts = counts_of(len(order))
    if cost * len(counts) > MOST_MULTIPLICATIONS:
        counts = counts[(counts <= FEW) | (counts == len(order))]

    def in_order(maps: NDArray[np.int64]) -> NDArray[np.float32]:
        found = muted(recipe, weights, layer, values, [maps[:count] for count in counts], seen)
        means: NDArray[np.float32] = found.reshape(len(found), -1, found.shape[-1]).mean(axis=1)
        return means

    orders = max(1, min(ORDERS, MOST_MULTIPLICATIONS // (cost * len(counts))))
    generator = np.random.default_rng(SEED)
    first = in_order(order)
    by_chance = np.zeros_like(first)
    for _ in range(orders):
        by_chance += in_order(generator.permutation(len(order))) / orders
    return Muting(layer, order, counts, first, by_chance)


def counts_of(maps: int) -> NDArray[np.int64]:
    """Return after how many muted maps one looks: each of the first few, then in even steps, and all."""
    coarse = np.rint(np.linspace(min(EXACT, maps), maps, STEPS))
    return np.unique(np.concatenate([np.arange(min(EXACT, maps) + 1), coarse]).astype(np.int64))
