"""Recipes that take no longer than a question, and questions about patterns."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnistlab.engine.aside import follow
from mnistlab.engine.preload import load_tensorflow
from mnistlab.engine.tasks.asked import Context, asked
from mnistlab.kinds import Means, kind_of
from mnistlab.progress import Result, result_of
from mnistlab.recipes import ExplanationRecipe, OipRecipe, PrecursorRecipe, Recipe, parse_json, read_recipe
from mnistlab.recipes.oip import AscentRecipe
from mnistlab.results.dream import DreamResult
from mnistlab.results.explanation import ExplanationResult, Trials
from mnistlab.results.health import Health
from mnistlab.results.oip import OipResult, ScoreCard
from mnistlab.results.precursor import Candidates, Followed, Screened
from mnistlab.store.models import find_network
from mnistlab.store.runs import Store

# The ascent from start patterns: long enough to tell which ends best.
FOLLOW = AscentRecipe(steps=120, step_size=0.1)


def find_oip(home: str, recipe_json: str) -> OipResult:
    """Carry out an OIP recipe."""
    result, recipe, store = _carried_out(home, recipe_json)
    assert isinstance(recipe, OipRecipe)
    return OipResult.of(
        result.arrays,
        figures=result.summary,
        recipe=recipe.digest,
        network=find_network(recipe.model, store).digest,
    )


def carve(home: str, recipe_json: str) -> DreamResult:
    """Carry out a dream recipe; return a `lighter` result."""
    return DreamResult.of(_carried_out(home, recipe_json)[0].arrays).lighter()


def explain_by_methods(home: str, recipe_json: str) -> ExplanationResult:
    """Carry out the recipe of an explanation."""
    return ExplanationResult.of(_carried_out(home, recipe_json)[0].arrays)


@asked
def try_methods(context: Context, recipe_json: str) -> Trials:
    """Try the methods of an explanation's recipe: with weights in random places, and on the digit moved by a pixel."""
    from mnistlab.cnn.explanations.recipe import try_methods as trials_of

    return follow(trials_of(ExplanationRecipe.read(parse_json(recipe_json)), context.network))


def screen_map(home: str, recipe_json: str) -> Screened:
    """Carry out a precursor recipe of one map, and ascend from its start patterns."""
    result, recipe, _ = _carried_out(home, recipe_json)
    assert isinstance(recipe, PrecursorRecipe)
    candidates = Candidates.of(result.arrays)
    followed = follow_patterns(home, recipe.model, recipe_json, candidates.patterns[0])
    return Screened(followed, candidates.trial_scores[0], int(candidates.responding[0]))


@asked
def follow_patterns(context: Context, recipe_json: str, patterns: NDArray[np.float32]) -> Followed:
    """Return start patterns (n, 28, 28) of the only map of a precursor recipe, with the results of a full ascent from each."""
    from mnistlab.cnn.precursor import outcomes

    recipe = PrecursorRecipe.read(parse_json(recipe_json))
    assert recipe.maps is not None
    climbed = outcomes(context.network, recipe.layer, recipe.maps[0], patterns, FOLLOW)
    return Followed(patterns, climbed.images, climbed.final)


@asked
def rate_pattern(context: Context, recipe_json: str, pattern: NDArray[np.float32]) -> ScoreCard:
    """Return the score card of a pattern (28, 28) for an OIP recipe's target."""
    from mnistlab.cnn.score_card import score_card
    from mnistlab.data.sources import data_of, digits

    recipe = OipRecipe.read(parse_json(recipe_json))
    return score_card(recipe.target, context.network, pattern, digits(data_of(context.network.data), "test"))


@asked
def examine_maps(context: Context, layer: str) -> list[Health]:
    """Return the health of all maps of a layer."""
    from mnistlab.cnn.doctor import examine
    from mnistlab.data.sources import data_of, digits

    return follow(examine(context.network, layer, None, digits(data_of(context.network.data), "train")))


def _carried_out(home: str, recipe_json: str) -> tuple[Result, Recipe, Store]:
    load_tensorflow()
    recipe, store = read_recipe(parse_json(recipe_json)), Store(Path(home))
    return follow(result_of(kind_of(recipe).start(recipe, Means(store)))), recipe, store
