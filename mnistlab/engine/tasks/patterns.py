"""Recipes that take no longer than a question, and what is asked about patterns."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.carving.dream_files import lighter
from mnistlab.engine.preload import load_tensorflow
from mnistlab.engine.tasks.asked import Desk, asked
from mnistlab.kinds import Means, kind_of
from mnistlab.progress import Result
from mnistlab.recipes import OipRecipe, PrecursorRecipe, parse_json, read_recipe
from mnistlab.recipes.oip import AscentRecipe
from mnistlab.store.answers import Arrays
from mnistlab.store.runs import Store

# How far start patterns are followed: enough to tell which comes out best.
FOLLOW = AscentRecipe(steps=120, step_size=0.1)


def find_pattern(home: str, recipe_json: str) -> dict[str, Any]:
    """Carry out a recipe; return its arrays and, under "summary", its figures."""
    result = _result(home, recipe_json)
    return {**result.arrays, "summary": dict(result.summary)}


def carve(home: str, recipe_json: str) -> Arrays:
    """Carry out a dream recipe; return its arrays, those of the iterations in half the digits."""
    return lighter(dict(_result(home, recipe_json).arrays))


def screen_map(home: str, recipe_json: str) -> Arrays:
    """Carry out a precursor recipe of one map; return its start patterns, and what each became after a full ascent."""
    found = _result(home, recipe_json).arrays
    model = PrecursorRecipe.read(parse_json(recipe_json)).model
    return {
        **follow_patterns(home, model, recipe_json, found["patterns"][0]),
        "trial_scores": found["trial_scores"][0],
        "responding": found["responding"][0],
    }


@asked
def follow_patterns(desk: Desk, recipe_json: str, patterns: NDArray[np.float32]) -> Arrays:
    """Return start patterns (n, 28, 28) of a precursor recipe's one map, and what each became after a full ascent."""
    from mnistlab.cnn.precursor import outcomes

    recipe = PrecursorRecipe.read(parse_json(recipe_json))
    assert recipe.maps is not None
    climbed = outcomes(desk.network, recipe.layer, recipe.maps[0], patterns, FOLLOW)
    return {"patterns": patterns, "images": climbed.images, "scores": climbed.final}


@asked
def rate_pattern(desk: Desk, recipe_json: str, pattern: NDArray[np.float32]) -> dict[str, Any]:
    """Return the score card of a pattern (28, 28) under an OIP recipe's target, with the digits (9, 28, 28) it names."""
    from mnistlab.cnn.score_card import score_card
    from mnistlab.data.sources import digits
    from mnistlab.patterns.starts import data_at_hand

    recipe = OipRecipe.read(parse_json(recipe_json))
    test = digits(data_at_hand(), "test")
    card = score_card(recipe.target, desk.network, pattern, test)
    return {**asdict(card), "images": test.images[card.digits]}


@asked
def examine_maps(desk: Desk, layer: str) -> list[dict[str, Any]]:
    """Return the health of all maps of a layer: each with `digits`, `patterns`, `patterns_tried` and `findings`."""
    from mnistlab.cnn.doctor import examine
    from mnistlab.data.sources import digits
    from mnistlab.patterns.starts import data_at_hand

    return [asdict(health) for health in examine(desk.network, layer, None, digits(data_at_hand(), "train"))]


def _result(home: str, recipe_json: str) -> Result:
    load_tensorflow()
    recipe = read_recipe(parse_json(recipe_json))
    *_, last = kind_of(recipe).start(recipe, Means(Store(Path(home))))
    assert isinstance(last, Result)
    return last
