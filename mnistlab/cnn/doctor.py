"""A layer -> for each map why its picture may stay grey, and a change of the recipe that helps."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.cnn.ascent.goals import checked_maps, layer_named
from mnistlab.cnn.ascent.loop import NO_RESPONSE, STALLED
from mnistlab.cnn.responses import digit_responses, observer_of
from mnistlab.data.digits import Digits
from mnistlab.patterns.screening import screening_patterns
from mnistlab.progress import Progress, Work, relay
from mnistlab.recipes.precursor import PrecursorChoices
from mnistlab.results.health import Finding, Health
from mnistlab.store.networks import StoredNetwork

LOOKING, TRYING = "looking at the training digits", "trying large-scale patterns"
# Share of a class's digits that must activate a map for it to count as reacting to the class; a few outliers do not.
LEAST_SHARE = 0.01
# Share of the patterns below which a random start probably misses the ones that activate the map.
FEW = 0.05
LARGE_SCALES = {"start": {"source": "fluctuations", "amplitudes": [0.5, 0.0, 0.0, 0.0]}}
RESCUE = {"ascent": {"rescue": True}}
SMALL_STEPS = {"ascent": {"step_size": 0.01, "steps": 1200}}


def examine(
    network: StoredNetwork,
    layer: str,
    maps: Sequence[int] | None,
    training: Digits,
    status: Mapping[int, str] | None = None,
    choices: PrecursorChoices | None = None,
) -> Work[list[Health]]:
    """Diagnose maps of a layer, with progress; return the health of each.

    Arguments:
        network: the network of the maps.
        layer: name of their layer.
        maps: their numbers; None: all.
        training: the digits of the training set.
        status: final status of the ascent of a map, by its number, if there was one.
        choices: the start patterns to try.

    Raises:
        RecipeError: if the network has no such layer or map.
    """
    row = layer_named(layer, network.recipe, with_maps=True)
    numbers = checked_maps(None if maps is None else tuple(maps), row)
    choices = choices or PrecursorChoices()
    observer, classes = observer_of(network, layer), network.recipe.classes
    looking = digit_responses(observer, training)
    on_digits = (yield from relay(looking, lambda done: Progress(LOOKING, done, len(training)))).reacts[:, numbers]
    by_class = np.stack([on_digits[training.labels == digit].sum(axis=0) for digit in range(classes)], axis=1)
    sizes = np.bincount(training.labels, minlength=classes)
    patterns = screening_patterns(choices.grid, choices.levels)
    trying = observer.run(patterns)
    tried = yield from relay(trying, lambda done: Progress(TRYING, done, len(patterns)))
    responding = tried.reacts[:, numbers].sum(axis=0)
    return [
        Health(
            int(number),
            by_class[index],
            int(responding[index]),
            choices.patterns,
            findings(by_class[index], sizes, int(responding[index]), choices.patterns, (status or {}).get(int(number))),
        )
        for index, number in enumerate(numbers)
    ]


def findings(
    digits: NDArray[np.int64], sizes: NDArray[np.int64], patterns: int, tried: int, status: str | None
) -> tuple[Finding, ...]:
    """Return the findings for a map that reacts to `digits` (classes,) of `sizes` (classes,) and to `patterns` of `tried` patterns."""
    result = []
    if status == NO_RESPONSE:
        result.append(
            Finding(
                "no_response",
                "Its ascent found nothing it reacts to. Start from large patches, with rescue.",
                LARGE_SCALES | RESCUE,
            )
        )
    elif status == STALLED:
        result.append(
            Finding("stalled", "Its ascent stopped moving: no gradient is left. Take smaller steps.", SMALL_STEPS)
        )
    if patterns == 0:
        result.append(
            Finding(
                "no_pattern",
                f"It reacts to none of {tried:,} large-scale patterns; only a rescued start reaches it.",
                RESCUE,
            )
        )
    elif patterns < FEW * tried:
        result.append(
            Finding(
                "few_patterns",
                f"It reacts to {patterns:,} of {tried:,} large-scale patterns; start from one of those.",
                LARGE_SCALES,
            )
        )
    classes = np.flatnonzero(digits > LEAST_SHARE * sizes)
    if not digits.any():
        result.append(Finding("no_digit", "It reacts to no digit of the training set: this map is idle."))
    elif 0 < len(classes) < len(digits):
        named = ", ".join(str(digit) for digit in classes)
        result.append(Finding("some_classes", f"It reacts only to digits of class {named}."))
    return tuple(result) or (Finding("healthy", "It reacts to digits of all classes and to many patterns."),)
