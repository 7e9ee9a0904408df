"""What workers answer about patterns, made by nobody: of the right types and shapes, for pages without workers."""

import numpy as np

from mnistlab.recipes import DreamRecipe, OipRecipe, PrecursorRecipe, layer_rows, parse_json
from mnistlab.results.dream import DreamResult
from mnistlab.results.health import Finding, Health
from mnistlab.results.oip import OipResult, ScoreCard
from mnistlab.results.precursor import Followed, Screened
from mnistlab.store.models import find_network


def pictures(count):
    return np.random.default_rng(count).normal(0, 1, (count, 28, 28)).astype(np.float32)


def find_oip(store, recipe_json):
    recipe = OipRecipe.read(parse_json(recipe_json))
    images, steps = pictures(recipe.answers), recipe.ascent.steps
    several = {
        "answers": images,
        "answer_scores": np.linspace(2, 1, recipe.answers, dtype=np.float32),
        "answer_status": np.full(recipe.answers, "climbing"),
        "groups": np.arange(recipe.answers) // 2,
    }
    return OipResult(
        {"status": "climbing", "score": 2.0, "steps": steps, "rescued_steps": 0, "read_as": 4, "read_with": 0.5},
        recipe.digest,
        find_network(recipe.model, store).digest,
        start=images[0],
        image=images[0],
        scores=np.linspace(0.1, 2, steps, dtype=np.float32),
        report_steps=np.array([1, steps]),
        report_images=pictures(2),
        status=np.array("climbing"),
        **(several if recipe.answers > 1 else {}),
    )


def rate_pattern(store, model, recipe_json, pattern):
    return ScoreCard(
        2.0,
        0.5,
        4.0,
        4,
        0.5,
        digits=np.arange(9),
        digit_scores=np.linspace(0.5, 0.4, 9, dtype=np.float32),
        labels=np.full(9, 4, np.uint8),
        images=np.zeros((9, 28, 28), np.uint8),
        boxes=np.tile([3, 3, 12, 12], (9, 1)),
        network=find_network(model, store).digest,
    )


def follow_patterns(store, model, recipe_json, patterns):
    return Followed(patterns, pictures(len(patterns)), np.linspace(2, 1, len(patterns), dtype=np.float32))


def screen_map(store, recipe_json):
    recipe = PrecursorRecipe.read(parse_json(recipe_json))
    followed = follow_patterns(store, recipe.model, recipe_json, pictures(recipe.keep))
    return Screened(followed, np.linspace(1, 0.5, recipe.keep, dtype=np.float32), 1234)


def examine_maps(store, model, layer):
    rows = layer_rows(find_network(model, store).recipe)
    maps = next(row.shape[-1] for row in rows if row.name == layer)
    finding = Finding("few_patterns", "It reacts to few patterns.", {"ascent": {"step_size": 0.01, "steps": 1200}})
    return [Health(number, np.arange(10), 12, 19_683, (finding,)) for number in range(maps)]


def carve(store, recipe_json):
    recipe = DreamRecipe.read(parse_json(recipe_json))
    size, areas = recipe.size, 1 + sum(4**level for level in range(1, recipe.levels + 1))
    generator = np.random.default_rng(recipe.restore_contrast)
    original = np.linspace(-2, 2, size * size, dtype=np.float32).reshape(size, size)
    picture = original * recipe.restore_contrast + generator.normal(0, 0.3, (size, size)).astype(np.float32)
    small = pictures(areas)
    return DreamResult(
        picture,
        original,
        np.repeat(picture[None], recipe.iterations, axis=0),
        areas=np.zeros((areas, 3), np.int64),
        area_maps=np.full(areas, recipe.map_index),
        area_saw=small,
        area_made=small,
        area_scores=np.tile(np.array([0.5, 0.75], np.float32), (areas, 1)),
    )


PATTERN_ANSWERS = {
    task.__name__: task for task in (carve, find_oip, rate_pattern, follow_patterns, screen_map, examine_maps)
}
