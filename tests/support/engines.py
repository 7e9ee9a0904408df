"""What tests of the engine do to runs and workers."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import psutil
from support.processes import descendants, listener, wait_until_gone
from support.recipes import small_training
from support.waiting import wait_for

from mnistlab.engine import Engine, WorkerRow
from mnistlab.engine.client import wait_until_ready
from mnistlab.recipes import Recipe
from mnistlab.recipes.training import batches_per_epoch
from mnistlab.settings import settings
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store

# TensorFlow may have to be loaded anew, and the machine may be busy with other things.
SECONDS = 400
# Some seconds of work in several epochs: enough to be disturbed in the middle of one.
RECIPE = small_training(train_size=3_000, epochs=3, batch_size=8)
# Minutes of it, for a run that is to be at work until a test ends it.
LASTING = RECIPE.model_copy(update={"epochs": 100})


@contextmanager
def ready_engine(store: Store) -> Iterator[Engine]:
    """An engine with its workers, and nothing left of them afterwards."""
    before = set(descendants())
    engine = Engine(store, settings())
    try:
        wait_until_ready(engine, SECONDS)
        started = [process for process in descendants() if process not in before]
        yield engine
        started += [process for process in descendants() if process not in before]
    finally:
        engine.close()
    wait_until_gone(started)


def submit(engine: Engine, recipe: Recipe, name: str = "") -> RunFolder:
    """Put a new run into the queue."""
    run = engine.store.create(recipe, name)
    engine.submit(run)
    return run


def wait_for_state(run: RunFolder, *names: str) -> None:
    """Wait until the run is in one of these states; fail at once if it has come to another end."""

    def reached() -> bool:
        state = run.state()
        assert state.is_active or state.name in names, f"{state.name}: {state.reason}"
        return state.name in names

    wait_for(reached, SECONDS, f"{run.id} to be {' or '.join(names)}")


def done(run: RunFolder) -> int:
    """Return how many batches the run has trained."""
    return max((event["done"] for event in run.event_log().read() if event["stage"] == "training"), default=0)


def wait_for_middle_of_epoch(run: RunFolder, epoch: int = 1) -> None:
    """Wait until the run is some way into an epoch, 0 being the first."""
    batches = batches_per_epoch(run.recipe())
    wait_for(lambda: done(run) > epoch * batches and done(run) % batches, SECONDS, f"epoch {epoch} of {run.id}")
    assert run.state().name == "running"


def worker_of(engine: Engine, lane: str) -> psutil.Process:
    """Return the process of a lane's worker."""

    def find() -> list[WorkerRow]:
        return [row for row in engine.workers() if lane in row.lanes]

    (row,) = wait_for(find, SECONDS, f"a worker of the lane {lane}")
    return listener(int(row.address.rpartition(":")[2]), descendants())


def host_of(engine: Engine) -> psutil.Process:
    """Return the process that holds the scheduler and started the workers."""
    return next(
        process for process in worker_of(engine, "long").parents() if "mnistlab.engine.host" in process.cmdline()
    )


def assert_same_weights(run: RunFolder, expected: dict) -> None:
    """Hold that the run trained exactly these weights, and that its events are whole."""
    weights = run.network().weights
    assert weights.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(weights[name], array, err_msg=name)
    events = run.event_log().read()
    order = [event["done"] for event in events]
    assert order == sorted(order)
    assert order[-1] == events[-1]["total"]
    assert [event["epoch"] for event in events if "epoch" in event] == list(range(1, run.recipe().epochs + 1))
