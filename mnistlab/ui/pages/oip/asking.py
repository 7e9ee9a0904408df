"""The question for an OIP: a short one, or one that steps aside for shorter ones."""

from typing import cast

from mnistlab.engine.tasks.patterns import find_oip as asked_oip
from mnistlab.recipes import OipRecipe
from mnistlab.results.oip import OipFigures, OipResult
from mnistlab.store.run_folder import RunFolder
from mnistlab.ui.answers.asking import answer
from mnistlab.ui.answers.waiting import draw_refusal_or_waiting
from mnistlab.ui.parts.text import tell
from mnistlab.ui.shell.frame import network_in_use

# Steps of all answers together that take a worker about a quarter of a second.
SHORT_STEPS = 600


def find_oip(recipe: OipRecipe, patience: float | None = None) -> tuple[OipResult | None, str]:
    """Return an OIP in the network in use; or None and why not yet.

    Arguments: `patience` as for `answer`.
    """
    return answer(_key(recipe), asked_oip, recipe.to_json(), patience=patience, aside=_takes_its_time(recipe))


def draw_waiting_for(recipe: OipRecipe, why_not: str) -> None:
    """Draw why there is no answer to `find_oip` yet; of one that takes its time, how far it is."""
    if _takes_its_time(recipe):
        draw_refusal_or_waiting(_key(recipe), why_not, tell)
    else:
        tell(why_not)


def _key(recipe: OipRecipe) -> str:
    return f"oip/{recipe.digest}/{network_in_use().digest}"


def _takes_its_time(recipe: OipRecipe) -> bool:
    return recipe.answers * recipe.ascent.steps > SHORT_STEPS


def finished_oip(run: RunFolder) -> OipResult:
    """Return what a finished run has found.

    Raises:
        StoreError: its files are damaged.
    """
    figures = cast(OipFigures, run.summary())
    return OipResult.of(run.result(), figures=figures, recipe=run.recipe().digest, network=network_in_use().digest)
