"""Runs whose app is gone -> runs of this app: they continue without anybody pressing Resume (docs/decisions/0022)."""

import time

from filelock import Timeout

from mnistlab.engine.silence import is_given_up, why_given_up
from mnistlab.store.files import is_held
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import RunState
from mnistlab.store.runs import Store
from mnistlab.store.search import AT_WORK

# Runs that were left longer ago stay interrupted, with a Resume button, because probably nobody waits for them.
ADOPTED_WITHIN_SECONDS = 24 * 3600.0
# A run without an app is just being created, which takes a moment; after this time its app must have died.
MAKING_SECONDS = 60.0


def adopt(store: Store, engine: str) -> list[RunFolder]:
    """Take over the runs of dead apps; of several apps exactly one takes a run.

    Arguments:
        store: the store to search.
        engine: id of the app that adopts.

    Returns:
        The runs that now belong to this app, in the order of their creation. A run with a pending cancellation is cancelled instead; one
        that was at work too often when its app ended has failed.

    Raises:
        StoreError: if the disk is full or read-only, or another app holds the admission lock for too long.
    """
    orphans = _orphans(store, engine)
    if not orphans:
        return []
    with store.admission_lock():
        return [run for run in orphans if _take(run, store, engine)]


def _orphans(store: Store, engine: str) -> list[RunFolder]:
    orphans, gone = [], dict[str, bool]()
    for run in reversed(store.find(AT_WORK)):
        state = run.state()
        if not state.is_active or state.engine == engine or (not state.engine and _may_be_starting(state)):
            continue
        if state.engine not in gone:
            gone[state.engine] = not state.engine or not is_held(store.engine_lock(state.engine))
        if gone[state.engine] and _is_wanted(run, state) and not is_held(run.lock()):
            orphans.append(run)
    return orphans


def _may_be_starting(state: RunState) -> bool:
    return state.name != "queued" or time.time() - state.since < MAKING_SECONDS


def _is_wanted(run: RunFolder, state: RunState) -> bool:
    if state.name == "paused" or run.requested() == "cancel":
        return True
    return time.time() - max(state.since, run.last_beat() / 1e9) < ADOPTED_WITHIN_SECONDS


def _take(run: RunFolder, store: Store, engine: str) -> bool:
    """Assign the run to `engine`, unless another app has taken it meanwhile; return whether it was assigned."""
    try:
        with run.lock().acquire(timeout=0):
            state = run.state()
            if not state.is_active or state.engine == engine:
                return False
            if state.engine and is_held(store.engine_lock(state.engine)):
                return False
            return _settle(run, state, engine)
    except Timeout:
        return False


def _settle(run: RunFolder, state: RunState, engine: str) -> bool:
    """Write the run's next state; return whether it continues."""
    if run.requested() == "cancel":
        run.set_state("cancelled")
        return False
    if state.name == "paused" or run.requested() == "pause":
        run.set_state("paused", engine=engine)
        return True
    # The run may be the reason why its app ended; one that ends app after app is stopped.
    losses = (*state.losses, "cut off") if state.name == "running" else state.losses
    if is_given_up(losses):
        run.set_state("failed", why_given_up(losses), losses=losses)
        return False
    run.set_state("queued", engine=engine, losses=losses)
    return True
