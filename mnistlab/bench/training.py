"""A training in a run folder, beside plain Keras."""

import tempfile
from pathlib import Path
from statistics import median

from mnistlab.bench import Figures
from mnistlab.data.sources import data_at_hand, digits
from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.training import with_best_engine
from mnistlab.runner import execute
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store

# Alternately, so that a machine that becomes slower slows down both.
ROUNDS = 3


def training() -> Figures:
    """Return the time of one epoch of 60,000 digits in a run folder with live events, relative to `Model.fit`, validation included in both."""
    from mnistlab.cnn.bench.training import fit_seconds

    name = data_at_hand()
    train, test = digits(name, "train"), digits(name, "test")
    recipe = with_best_engine(TrainingRecipe(data=name, epochs=2))
    fit, ours = [], []
    for _ in range(ROUNDS):
        fit.append(fit_seconds(recipe, train, test))
        ours.append(_run_seconds(recipe))
    return {
        "training_over_fit": round(median(ours) / median(fit), 3),
        "epoch_seconds": round(median(ours), 2),
        "fit_epoch_seconds": round(median(fit), 2),
    }


def _run_seconds(recipe: TrainingRecipe) -> float:
    """Return the seconds from the end of the first epoch to the end of the second, without compilation."""
    with tempfile.TemporaryDirectory() as folder:
        run = RunFolder.create(Path(folder) / "run", recipe, "bench")
        execute(run, Store(Path(folder)))
        events = run.event_log().read()
    first, second = (float(event["time"]) for event in events if "epoch" in event)
    return second - first
