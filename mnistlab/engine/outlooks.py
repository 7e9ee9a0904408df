"""Waiting runs and runs at work -> the position and start time of each waiting run."""

from collections.abc import Sequence
from dataclasses import dataclass

from mnistlab.engine.estimates import estimate, remaining
from mnistlab.engine.turns import waits
from mnistlab.errors import StoreError
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store
from mnistlab.store.search import AT_WORK
from mnistlab.store.sharing import Wish


@dataclass(frozen=True)
class Outlook:
    """The position of a waiting run: `before`: number of runs before it; `seconds`: until it begins, if known."""

    before: int
    seconds: float | None


def look_ahead(
    order: Sequence[RunFolder], at_work: Sequence[RunFolder], workers: int, store: Store
) -> dict[str, Outlook]:
    """Return the outlook of each waiting run, by its id.

    Arguments:
        order: the waiting runs in the order of their turns.
        at_work: the runs at workers.
        workers: number of runs that can be at work at a time.
        store: the store with the durations for the estimates.
    """
    try:
        left = [remaining(run, estimate(Wish.of(run.recipe(), store), store.home)) for run in at_work]
        seconds = [estimate(Wish.of(run.recipe(), store), store.home).seconds for run in order]
    except StoreError:
        # One of them is being deleted, or is damaged, so the times are unknown.
        return {run.id: Outlook(before, None) for before, run in enumerate(order)}
    begins = waits(seconds, left, max(1, workers, len(left)))
    return {run.id: Outlook(before, begins[before]) for before, run in enumerate(order)}


def last_of_many(wish: Wish, count: int, workers: int, store: Store) -> float:
    """Return in how many seconds the last of `count` jobs like this one would begin, behind all that work or wait now.

    Arguments:
        wish: one of them; each computes something of its own.
        count: at least 1.
        workers: number of runs that can be at work at a time.
        store: the store with all runs.
    """
    left: list[float] = []
    queued: list[float] = []
    for run in store.find(AT_WORK):
        state = store.state(run)
        if not state.is_active:
            continue
        try:
            expected = estimate(Wish.of(run.recipe(), store), store.home)
        except StoreError:
            continue
        if state.name == "queued":
            queued.append(expected.seconds)
        else:
            left.append(remaining(run, expected))
    seconds = [*queued, *[estimate(wish, store.home).seconds] * count]
    return waits(seconds, left, max(1, workers, len(left)))[-1]


def behind_others(run: RunFolder, store: Store) -> Outlook:
    """Return the outlook of a run of another app, from its folder; only that app knows when it begins."""
    mine = run.state().since
    states = [other.state() for other in store.find(AT_WORK) if other.id != run.id]
    return Outlook(sum(state.name == "queued" and state.since < mine for state in states), None)
