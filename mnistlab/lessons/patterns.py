"""The facts of parts about patterns that a map looks for, from what a worker has found."""

from collections.abc import Mapping

import numpy as np

from mnistlab.lessons.case import NEW, Case, NotHereError
from mnistlab.lessons.declared import Facts, yes
from mnistlab.lessons.live_part import SCALES
from mnistlab.lessons.slow_parts import GrowthPart, ScalesPart, ThrowsPart
from mnistlab.recipes import OipRecipe
from mnistlab.recipes.oip import AscentRecipe
from mnistlab.recipes.start import FluctuationStart
from mnistlab.recipes.target import TargetRecipe
from mnistlab.results.oip import OipResult

AMPLITUDE = 0.2
# Several starts are compared, so each climbs quickly, as on the page OIP.
QUICK = 0.1
THROW_STEPS = 120


def growth_recipe(part: GrowthPart, case: Case, model: str) -> OipRecipe:
    """Return the ascent of a map whose pattern grows.

    Raises:
        NotHereError: the network has no such map.
    """
    return OipRecipe(
        model=model,
        target=_target(part, case),
        start=FluctuationStart(seed=part.seed),
        ascent=AscentRecipe(steps=part.steps),
    )


def scale_recipes(part: ScalesPart, case: Case, model: str) -> dict[int, OipRecipe]:
    """Return the ascents of a map from each length scale alone, by the scale; none is rescued.

    Raises:
        NotHereError: the network has no such map.
    """
    target = _target(part, case)
    found = {}
    for grid in SCALES:
        amplitudes = tuple(AMPLITUDE * (grid == other) for other in SCALES)
        found[grid] = OipRecipe(
            model=model,
            target=target,
            start=FluctuationStart(seed=part.seed, amplitudes=amplitudes),
            ascent=AscentRecipe(steps=part.steps, step_size=QUICK, rescue=False),
            reports=0,
        )
    return found


def throws_recipe(part: ThrowsPart, case: Case, model: str) -> OipRecipe:
    """Return the ascents of a map from several throws.

    Raises:
        NotHereError: the network has no such map.
    """
    return OipRecipe(
        model=model,
        target=_target(part, case),
        start=FluctuationStart(seed=part.seed),
        ascent=AscentRecipe(steps=THROW_STEPS, step_size=QUICK),
        answers=part.throws,
        reports=0,
    )


def growth_facts(part: GrowthPart, case: Case, found: OipResult) -> Facts:
    """Return the facts of a pattern that has grown."""
    scores = found.scores.astype(float)
    last = float(scores[-1])
    half = int(np.argmax(scores >= last / 2)) + 1
    late = 100 * (last - float(scores[len(scores) // 2 - 1])) / last if last > 0 else 0.0
    read = int(found.figures["read_as"])
    return {
        "map": float(case.map_of(part.layer, part.map)),
        "steps": float(len(scores)),
        "first": float(scores[0]),
        "score": last,
        "half_step": float(half),
        "read_as": case.network.classes[read],
        "read_with": 100 * float(found.figures["read_with"]),
        "late": late,
    }


def scales_facts(part: ScalesPart, case: Case, found: Mapping[int, OipResult]) -> Facts:
    """Return the facts of patterns from each scale.

    Raises:
        NotHereError: none of them woke the map.
    """
    scores = {grid: float(one.figures["score"]) for grid, one in found.items()}
    best = max(scores, key=lambda grid: scores[grid])
    woken = {grid: score > 0 for grid, score in scores.items()}
    _must_wake(part, case, any(woken.values()))
    return {
        "map": float(case.map_of(part.layer, part.map)),
        "best": str(best),
        "score": scores[best],
        **{f"woken_{grid}": yes(woken[grid]) for grid in SCALES},
        **{f"score_{grid}": scores[grid] for grid in SCALES},
        "woken": float(sum(woken.values())),
    }


def throws_facts(part: ThrowsPart, case: Case, found: OipResult) -> Facts:
    """Return the facts of patterns from several throws.

    Raises:
        NotHereError: none of them woke the map.
    """
    assert found.groups is not None
    woke = int((found.groups >= 0).sum())
    _must_wake(part, case, woke > 0)
    patterns = int(found.groups.max()) + 1
    return {
        "map": float(case.map_of(part.layer, part.map)),
        "throws": float(part.throws),
        "woke": float(woke),
        "patterns": float(patterns),
        "one": yes(patterns == 1),
    }


def _target(part: GrowthPart | ScalesPart | ThrowsPart, case: Case) -> TargetRecipe:
    return TargetRecipe(layer=part.layer, map_index=case.map_of(part.layer, part.map))


def _must_wake(part: ScalesPart | ThrowsPart, case: Case, has_woken: bool) -> None:
    if not has_woken:
        more = "; take another case" if part.map == NEW else ""
        raise NotHereError(f"No start woke map {case.map_of(part.layer, part.map)} here{more}.")
