"""The question for an OIP: a short one, or one that steps aside for shorter ones."""

from typing import Any

from mnistlab.engine.tasks.patterns import find_pattern
from mnistlab.recipes import OipRecipe
from mnistlab.ui.answers.asking import answer
from mnistlab.ui.shell.frame import network_in_use

# Steps of all answers together that take a worker about a quarter of a second.
SHORT_STEPS = 600


def find_oip(recipe: OipRecipe, patience: float | None = None) -> tuple[Any, str]:
    """Return the arrays and the summary of an OIP in the network in use; or None and why not yet.

    Arguments: `patience` as for `answer`.
    """
    key = f"oip/{recipe.digest}/{network_in_use().digest}"
    longer = recipe.answers * recipe.ascent.steps > SHORT_STEPS
    return answer(key, find_pattern, recipe.to_json(), patience=patience, aside=longer)
