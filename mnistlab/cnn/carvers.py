"""A dream recipe, a network and a picture -> the map that carves each area: given for the area, its level or all, or chosen by reaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mnistlab.carving.resizing import down
from mnistlab.cnn.ascent.goals import Goal, goal_of, layer_named, map_goal
from mnistlab.cnn.responses import observer_of
from mnistlab.data.standardise import standardise
from mnistlab.errors import RecipeError
from mnistlab.recipes.dream import WHOLE_LAYER, DreamRecipe
from mnistlab.recipes.dream_areas import FULL, Area
from mnistlab.recipes.target import TargetRecipe
from mnistlab.store.networks import StoredNetwork


@dataclass
class CarvedArea:
    """An area that is carved, and the result of its last iteration.

    Attributes:
        position: level, row and column; (0, 0, 0) is the full picture.
        map_index: the map, or node of a dense layer, that carves it; −1: the whole layer.
        goal: the goal of the ascent for `map_index`.
        saw: (28, 28) float32, the network's input at the start of the last iteration.
        made: (28, 28) float32, the same after the ascent.
        scores: the scores of `saw` and `made`.
    """

    position: Area
    map_index: int
    goal: Goal
    saw: NDArray[np.float32] = field(default_factory=lambda: np.zeros((28, 28), np.float32))
    made: NDArray[np.float32] = field(default_factory=lambda: np.zeros((28, 28), np.float32))
    scores: tuple[float, float] = (0.0, 0.0)


def areas_of(recipe: DreamRecipe, network: StoredNetwork, original: NDArray[np.float32]) -> list[CarvedArea]:
    """Return the areas that are carved with their maps, the full picture first.

    Raises:
        RecipeError: if a map does not exist; the message names the area.
    """
    layer_named(recipe.layer, network.recipe)
    recipes = {area.position: area for area in recipe.all_areas()}
    areas = ([FULL] if recipe.carve_full else []) + list(recipes)
    maps = {area: recipe.given_map(recipes.get(area)) for area in areas}
    if recipe.choose != "given":
        free = [area for area in areas if area not in recipes or recipes[area].map_index is None]
        maps |= dict(zip(free, _chosen_maps(recipe, network, original, free), strict=True))
    carved = []
    for area, map_index in maps.items():
        try:
            carved.append(CarvedArea(area, map_index, _goal(recipe.layer, map_index, network)))
        except RecipeError as error:
            raise RecipeError(f"{_name(area)}: {error}") from None
    return carved


def _goal(layer: str, map_index: int, network: StoredNetwork) -> Goal:
    row = layer_named(layer, network.recipe)
    if map_index == WHOLE_LAYER:
        return goal_of(TargetRecipe(layer=layer, map_index=None), network.recipe)
    count, units = row.shape[-1], "nodes" if row.kind == "dense" else "maps"
    if map_index >= count:
        raise RecipeError(f"{layer} has {count} {units}, numbered 0 to {count - 1}. Received: {map_index}.")
    return map_goal(row, map_index)


def _name(area: Area) -> str:
    return "The full picture" if area == FULL else "Area at level {}, row {}, column {}".format(*area)


def _chosen_maps(
    recipe: DreamRecipe, network: StoredNetwork, original: NDArray[np.float32], areas: Sequence[Area]
) -> list[int]:
    """Return for each area the map with the strongest, median or weakest reaction, among those that react at all."""
    if not areas:
        return []
    size = recipe.size
    seen = []
    for level, row, column in areas:
        top, left = (round(size * number / 2**level) for number in (row, column))
        bottom, right = (round(size * (number + 1) / 2**level) for number in (row, column))
        side = min(bottom - top, right - left)
        seen.append(standardise(down(original[None, top : top + side, left : left + side]))[0])
    responses = observer_of(network, recipe.layer).all(np.stack(seen))
    chosen = []
    for scores, reacts, order in zip(responses.scores, responses.reacts, responses.order, strict=True):
        # If no map reacts to a tile, it gets the map closest to a reaction.
        ranked = np.argsort(-scores, kind="stable")[: int(reacts.sum())] if reacts.any() else np.argsort(-order)[:1]
        rank = {"strongest": 0, "average": len(ranked) // 2, "weakest": len(ranked) - 1}[recipe.choose]
        chosen.append(int(ranked[rank]))
    return chosen
