"""How a page gets an OIP: as a short question, as one that runs aside, or from a run."""

from typing import cast

from mnistlab.engine.tasks.patterns import find_oip as asked_oip
from mnistlab.recipes import OipRecipe
from mnistlab.results.oip import OipFigures, OipResult
from mnistlab.store.run_folder import RunFolder
from mnistlab.ui.answers.asking import answer
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.ways import Way, way_to
from mnistlab.ui.shell.frame import network_in_use

# For one pattern in the deepest convolution, on two cores.
STEPS_PER_SECOND = 2_300


def way_to_oip(recipe: OipRecipe) -> Way:
    """Return how a page gets an OIP."""
    return way_to(recipe.answers * recipe.ascent.steps / STEPS_PER_SECOND)


def find_oip(recipe: OipRecipe, patience: float | None = None) -> OipResult | Unanswered:
    """Return an OIP in the network in use.

    Arguments: `patience` as for `answer`.
    """
    key = f"oip/{recipe.digest}/{network_in_use().digest}"
    return answer(key, asked_oip, recipe.to_json(), patience=patience, aside=way_to_oip(recipe) != "at once")


def finished_oip(run: RunFolder) -> OipResult:
    """Return the OIP of a finished run.

    Raises:
        StoreError: if its files are damaged.
    """
    figures = cast(OipFigures, run.summary())
    return OipResult.of(run.result(), figures=figures, recipe=run.recipe().digest, network=network_in_use().digest)
