"""A target recipe and a network -> a checked goal: a layer, and the weights of its maps and positions.

Every target is a sum over maps and positions of activation · map weight · position weight: a node has one position, a
map has all of them with equal weights, a layer has all maps with equal weights. A dense layer is a set of maps with one position.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.errors import RecipeError
from mnistlab.recipes.network import LayerRow, NetworkRecipe, layer_rows
from mnistlab.recipes.target import TargetRecipe


@dataclass(frozen=True, eq=False)
class Goal:
    """The target of one image.

    Attributes:
        layer: name of the layer.
        maps: (maps,) float32, weight of each map.
        positions: (rows · columns,) float32, weight of each position.
        single: the number of the map, if only one counts; else None.
    """

    layer: str
    maps: NDArray[np.float32]
    positions: NDArray[np.float32]
    single: int | None


def goal_of(target: TargetRecipe, network: NetworkRecipe) -> Goal:
    """Return the goal of `target`.

    Raises:
        RecipeError: if the network has no such layer, map, node or position.
    """
    row = layer_named(target.layer, network)
    if row.kind == "dense":
        return _dense_goal(target, row)
    if target.node is not None:
        raise RecipeError(
            f"{row.name} has maps, and “node” belongs to dense layers. Use “map_index”, “row” and “column”."
        )
    rows, columns, count = row.shape
    positions = np.full(rows * columns, 1 / (rows * columns), np.float32)
    if target.row is not None and target.column is not None:
        if target.row >= rows or target.column >= columns:
            raise RecipeError(
                f"The maps of {row.name} have {rows} rows and {columns} columns, counted from 0. "
                f"Received: row {target.row}, column {target.column}."
            )
        positions = np.zeros_like(positions)
        positions[target.row * columns + target.column] = 1
    if target.maps:
        maps = np.zeros(count, np.float32)
        for part in target.maps:
            maps[_checked(part.map_index, row)] = part.weight
        # A single map with weight 1 is the same target as "map_index" and is computed in the same way.
        alone = target.maps[0].map_index if len(target.maps) == 1 and target.maps[0].weight == 1 else None
        return Goal(row.name, maps, positions, alone)
    if target.map_index is None:
        return Goal(row.name, np.full(count, 1 / count, np.float32), positions, None)
    return map_goal(row, _checked(target.map_index, row), positions)


def map_goal(row: LayerRow, map_index: int, positions: NDArray[np.float32] | None = None) -> Goal:
    """Return the goal of one map, or dense node, of the layer `row`, which must exist; by default the mean over all its positions."""
    count = row.shape[-1]
    if positions is None:
        area = row.shape[0] * row.shape[1] if len(row.shape) == 3 else 1
        positions = np.full(area, 1 / area, np.float32)
    return Goal(
        row.name, np.eye(count, dtype=np.float32)[map_index], positions, map_index if len(row.shape) == 3 else None
    )


def layer_named(name: str, network: NetworkRecipe, with_maps: bool = False) -> LayerRow:
    """Return the layer `name`.

    Arguments:
        name: name of the layer ("Conv2D_3").
        network: the network of the layer.
        with_maps: whether the layer must have maps.

    Raises:
        RecipeError: if there is no such layer, or it has neither maps nor nodes.
    """
    usable = [row for row in layer_rows(network) if row.kind != "flatten" and not (with_maps and row.kind == "dense")]
    for row in usable:
        if row.name == name:
            return row
    problem = "has no maps" if any(row.name == name for row in layer_rows(network)) else "is no layer of this network"
    raise RecipeError(f"“{name}” {problem}. Choose one of {', '.join(row.name for row in usable)}.")


def checked_maps(maps: tuple[int, ...] | None, row: LayerRow) -> NDArray[np.int64]:
    """Return the numbers of the maps; None: all of them.

    Raises:
        RecipeError: if a map does not exist.
    """
    return np.array(range(row.shape[-1]) if maps is None else [_checked(index, row) for index in maps], np.int64)


def _dense_goal(target: TargetRecipe, row: LayerRow) -> Goal:
    if target.map_index is not None or target.maps or target.row is not None:
        raise RecipeError(f"{row.name} is a dense layer and has no maps. Set “map_index” to null and give “node”.")
    (count,) = row.shape
    if target.node is None:
        return Goal(row.name, np.full(count, 1 / count, np.float32), np.ones(1, np.float32), None)
    if target.node >= count:
        raise RecipeError(f"{row.name} has {count} nodes, numbered 0 to {count - 1}. Received: {target.node}.")
    return map_goal(row, target.node)


def _checked(map_index: int, row: LayerRow) -> int:
    count = row.shape[-1]
    if map_index >= count:
        raise RecipeError(f"{row.name} has {count} maps, numbered 0 to {count - 1}. Received: {map_index}.")
    return map_index
