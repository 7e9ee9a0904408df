"""Runs whose app is gone -> runs of this app: they go on without anybody pressing Resume (docs/decisions/0022)."""

import time

from filelock import Timeout

from mnistlab.engine.silence import is_given_up, why_given_up
from mnistlab.store.files import is_held
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import RunState
from mnistlab.store.runs import Store

# What has been left for longer than this is nobody's wish any more: it stays interrupted, with Resume.
ADOPTED_WITHIN_SECONDS = 24 * 3600.0
# One that names no app yet is just being made, which takes a moment; after so long its app has died over it.
MAKING_SECONDS = 60.0


def adopt(store: Store, engine: str) -> list[RunFolder]:
    """Take over what dead apps have left; of several apps exactly one does.

    Arguments:
        store: where to look.
        engine: id of the app that adopts.

    Returns:
        The runs that are this app's now, in the order in which they came. One whose visitor wanted to cancel it is cancelled instead; one
        that was at work when its app ended too often has failed.

    Raises:
        StoreError: the disk is full or read-only, or another app stands in the door.
    """
    orphans = _orphans(store, engine)
    if not orphans:
        return []
    with store.door():
        return [run for run in orphans if _take(run, store, engine)]


def _orphans(store: Store, engine: str) -> list[RunFolder]:
    found, gone = [], dict[str, bool]()
    for run in reversed(store.runs()):
        state = run.state()
        if not state.is_active or state.engine == engine or (not state.engine and _may_be_in_the_making(state)):
            continue
        if state.engine not in gone:
            gone[state.engine] = not state.engine or not is_held(store.engine_lock(state.engine))
        if gone[state.engine] and _is_wanted(run, state) and not is_held(run.lock()):
            found.append(run)
    return found


def _may_be_in_the_making(state: RunState) -> bool:
    return state.name != "queued" or time.time() - state.since < MAKING_SECONDS


def _is_wanted(run: RunFolder, state: RunState) -> bool:
    if state.name == "paused" or run.requested() == "cancel":
        return True
    return time.time() - max(state.since, run.last_beat() / 1e9) < ADOPTED_WITHIN_SECONDS


def _take(run: RunFolder, store: Store, engine: str) -> bool:
    """Make the run `engine`'s, unless it has found somebody in the meantime; return whether it is."""
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
    """Write what becomes of it; return whether it goes on."""
    if run.requested() == "cancel":
        run.set_state("cancelled")
        return False
    if state.name == "paused" or run.requested() == "pause":
        run.set_state("paused", engine=engine)
        return True
    # Who was at work may be the reason why its app ended; a run that brings down one app after the other is stopped.
    losses = (*state.losses, "cut off") if state.name == "running" else state.losses
    if is_given_up(losses):
        run.set_state("failed", why_given_up(losses), losses=losses)
        return False
    run.set_state("queued", engine=engine, losses=losses)
    return True
