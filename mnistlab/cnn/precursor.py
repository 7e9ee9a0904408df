"""A precursor recipe -> for each map the start patterns it reacts to most (algorithms.md §5).

- Fast: one forward pass of all patterns scores every map at once; the best few dozen of each map climb the trial steps.
- Exhaustive, as published: every pattern climbs the trial steps, for each map.
"""

from collections.abc import Callable, Generator

import numpy as np
from numpy.typing import NDArray

from mnistlab.cnn.ascent.goals import checked_maps, layer_named, map_goal
from mnistlab.cnn.ascent.loop import Climbed, Moment, climb
from mnistlab.cnn.responses import most_exciting, observer_of
from mnistlab.patterns.screening import screening_patterns
from mnistlab.progress import Progress, Reports, Request, Result, ended, relay
from mnistlab.recipes.network import LayerRow
from mnistlab.recipes.oip import AscentRecipe
from mnistlab.recipes.precursor import CANDIDATES, PrecursorChoices, PrecursorRecipe
from mnistlab.results.precursor import Candidates
from mnistlab.store.networks import StoredNetwork

# The pattern whose points all have the first grey value; all grey patterns are equal once standardised.
GREY = 0
# As in the published precursor run.
TRIAL_STEP_SIZE = 0.01
# Image steps of an exhaustive run between two reports: patterns that climb together.
EXHAUSTIVE_PART = 2_048


def precursor(recipe: PrecursorRecipe, network: StoredNetwork) -> Reports:
    """Run the recipe; the result holds the arrays of `Candidates`.

    Raises:
        RecipeError: if the network has no such layer or map.
    """
    row = layer_named(recipe.layer, network.recipe, with_maps=True)
    maps = checked_maps(recipe.maps, row)
    return _reports(recipe, network, row, maps)


def _reports(recipe: PrecursorRecipe, network: StoredNetwork, row: LayerRow, maps: NDArray[np.int64]) -> Reports:
    candidates = yield from find_candidates(recipe, network, row, maps)
    if candidates is not None:
        summary = {
            "layer": row.name,
            "maps": len(maps),
            "patterns": recipe.patterns,
            "silent_maps": int((candidates.responding == 0).sum()),
            "median_trial_score": float(np.median(candidates.trial_scores[:, 0])),
        }
        yield Result(candidates.arrays(), summary)


def find_candidates(
    choices: PrecursorChoices, network: StoredNetwork, row: LayerRow, maps: NDArray[np.int64]
) -> Generator[Progress, Request | None, Candidates]:
    """Find the start patterns of `maps`, which must exist in the layer `row`."""
    patterns = screening_patterns(choices.grid, choices.levels)
    trials = CANDIDATES if choices.method == "fast" else 0
    trials = min(max(trials, choices.keep), len(patterns))
    per_map = len(patterns) if choices.method == "exhaustive" else trials
    total = len(patterns) + per_map * len(maps)
    run = observer_of(network, row.name).run(patterns)
    responses = yield from relay(run, lambda done: Progress("looking at all patterns", done, total))
    responding = responses.reacts.sum(axis=0)[maps]
    ascent = AscentRecipe(steps=max(choices.trial_steps, 1), step_size=TRIAL_STEP_SIZE)
    order = responses.order[:, maps]
    if choices.method == "fast":
        numbers = most_exciting(order, trials)
        # A grey pattern rises fastest in the first steps, because nothing has to be undone; its first score does not show that.
        numbers[~(numbers == GREY).any(axis=1), -1] = GREY
        if choices.trial_steps == 0:
            scores = np.take_along_axis(responses.scores[:, maps].T, numbers, axis=1)
        else:
            goals = [map_goal(row, int(index)) for index in np.repeat(maps, trials)]
            climbing = climb(network, goals, patterns[numbers.ravel()], ascent)
            climbed = yield from relay(climbing, _share(len(patterns), total, trials * len(maps)))
            scores = climbed.final.reshape(numbers.shape)
        best = most_exciting(scores.T, choices.keep)
        numbers, scores = np.take_along_axis(numbers, best, 1), np.take_along_axis(scores, best, 1)
    else:
        numbers, scores = yield from _try_all(choices, network, row, maps, patterns, responses.scores, total)
    return Candidates(maps, patterns[numbers], scores, responding, numbers)


def _try_all(
    choices: PrecursorChoices,
    network: StoredNetwork,
    row: LayerRow,
    maps: NDArray[np.int64],
    patterns: NDArray[np.float32],
    first_scores: NDArray[np.float32],
    total: int,
) -> Generator[Progress, Request | None, tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Ascend every pattern by the trial steps, map after map; return the best numbers and scores, (m, keep) each."""
    ascent = AscentRecipe(steps=max(choices.trial_steps, 1), step_size=TRIAL_STEP_SIZE)
    done, numbers, kept = len(patterns), [], []
    for index in maps:
        scores = first_scores[:, index].copy()
        if choices.trial_steps:
            for start in range(0, len(patterns), EXHAUSTIVE_PART):
                part = patterns[start : start + EXHAUSTIVE_PART]
                climbing = climb(network, [map_goal(row, int(index))] * len(part), part, ascent)
                climbed = yield from relay(climbing, _share(done, total, len(part)))
                scores[start : start + len(part)] = climbed.final
                done += len(part)
        best = most_exciting(scores[:, None], choices.keep)[0]
        numbers.append(best)
        kept.append(scores[best])
    return np.stack(numbers), np.stack(kept)


def _share(before: int, total: int, share: int) -> Callable[[Moment], Progress]:
    """Return a function that reports an ascent as progress: it is `share` units of `total`, `before` of which are done."""
    return lambda moment: Progress("trying the best patterns", before + share * moment.done // moment.total, total)


def outcomes(
    network: StoredNetwork, layer: str, map_index: int, patterns: NDArray[np.float32], ascent: AscentRecipe
) -> Climbed:
    """Return the full ascents from start patterns (n, 28, 28) of one map.

    Raises:
        RecipeError: if the network has no such layer or map.
    """
    row = layer_named(layer, network.recipe, with_maps=True)
    (number,) = checked_maps((map_index,), row)
    return ended(climb(network, [map_goal(row, int(number))] * len(patterns), patterns, ascent))
