"""An OIP recipe -> a generator of reports, ending with the pattern that excites the target most (algorithms.md §3)."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mnistlab.cnn.ascent.goals import Goal, goal_of
from mnistlab.cnn.ascent.loop import NO_RESPONSE, Moment, climb
from mnistlab.cnn.ascent.program import Extras
from mnistlab.cnn.responses import read_classes
from mnistlab.patterns.fluctuations import later_scales
from mnistlab.patterns.similarity import group
from mnistlab.patterns.starts import start_images
from mnistlab.progress import Progress, Reports, Result, relay
from mnistlab.recipes.oip import OipRecipe, report_steps
from mnistlab.recipes.start import FluctuationStart
from mnistlab.results.oip import OipFigures, OipResult
from mnistlab.store.networks import StoredNetwork


def find_oip(recipe: OipRecipe, network: StoredNetwork, allow_files: bool = False) -> Reports:
    """Ascend from the start image of `recipe` to the pattern that excites its target most.

    Arguments:
        recipe: the OIP recipe.
        network: the network that `recipe.model` names.
        allow_files: whether a start may be read from a path: on the command line, never for a page.

    Yields:
        `Progress` with the `score`, the step, and the growing `image` as a picture; a `Result` at the end, of an `OipResult`.

    Raises:
        RecipeError: if the network has no such target, or the start image cannot be used.
    """
    goal = goal_of(recipe.target, network.recipe)
    starts = start_images(recipe.start, recipe.answers, allow_files, network.data)
    return _reports(recipe, network, goal, starts)


def _reports(recipe: OipRecipe, network: StoredNetwork, goal: Goal, starts: NDArray[np.float32]) -> Reports:
    seed = recipe.start.seed if isinstance(recipe.start, FluctuationStart) else 0
    extras = Extras(recipe.robustness, recipe.diversity, seed)
    wanted = report_steps(recipe.ascent.steps, recipe.reports)
    moments = climb(
        network,
        [goal] * len(starts),
        starts,
        recipe.ascent,
        extras=extras,
        keep=wanted,
        joining=_joining(recipe),
        fused=True,
    )
    climbed = yield from relay(moments, _told, stoppable=True)
    # A stopped ascent has fewer steps, and so fewer pictures.
    steps = [step for step in wanted if step <= len(climbed.scores)] or [len(climbed.scores)]
    pictures = [climbed.kept.get(step, climbed.images)[0] for step in steps]
    classes, certainty = read_classes(network, climbed.images)
    figures: OipFigures = {
        "status": str(climbed.status[0]),
        "score": float(climbed.final[0]),
        "steps": len(climbed.scores),
        "rescued_steps": int(climbed.rescued[0]),
        "read_as": int(classes[0]),
        "read_with": float(certainty[0]),
    }
    result = OipResult(
        figures,
        recipe.digest,
        network.digest,
        start=starts[0],
        image=climbed.images[0],
        scores=climbed.scores[:, 0],
        report_steps=np.array(steps),
        report_images=np.stack(pictures),
        status=np.array(climbed.status[0]),
    )
    if recipe.answers > 1:
        # A grey start that never moved is not a pattern, so it is in no group.
        groups = np.full(recipe.answers, -1)
        alive = climbed.status != NO_RESPONSE
        groups[: len(climbed.final)][alive] = group(climbed.images[alive]) if alive.any() else []
        figures["distinct_patterns"] = int(groups.max()) + 1
        result = replace(
            result,
            answers=climbed.images,
            answer_scores=climbed.final,
            answer_status=climbed.status,
            groups=groups[: len(climbed.final)],
        )
    yield Result(result.arrays(), dict(figures))


def _joining(recipe: OipRecipe) -> dict[int, NDArray[np.float32]]:
    """Return the later scales of a staged start, by the step at which they join, (answers, 28, 28) each."""
    if not isinstance(recipe.start, FluctuationStart):
        return {}
    throws = [later_scales(recipe.start, answer) for answer in range(recipe.answers)]
    return {step: np.stack([throw[step] for throw in throws]) for step in throws[0]}


def _told(moment: Moment) -> Progress:
    values = {"score": float(moment.scores[0]), "step": moment.step}
    return Progress("ascending", moment.done, moment.total, values, {"images": moment.images})
