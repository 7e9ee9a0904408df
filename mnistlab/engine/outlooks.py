"""Runs that wait, runs at work -> when each of those that wait has its turn."""

from collections.abc import Sequence
from dataclasses import dataclass

from mnistlab.engine.estimates import estimate, remaining
from mnistlab.engine.turns import waits
from mnistlab.errors import StoreError
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish


@dataclass(frozen=True)
class Outlook:
    """Where a waiting run stands: `before` so many others have their turn; it begins in about `seconds`, if that is known."""

    before: int
    seconds: float | None


def look_ahead(
    order: Sequence[RunFolder], at_work: Sequence[RunFolder], workers: int, store: Store
) -> dict[str, Outlook]:
    """Return where each waiting run stands, by its id.

    Arguments:
        order: the waiting runs in the order of their turns.
        at_work: runs that workers have.
        workers: how many can be at work at a time.
        store: whose durations the guesses stand on.
    """
    try:
        left = [remaining(run, estimate(Wish.of(run.recipe(), store), store.home)) for run in at_work]
        seconds = [estimate(Wish.of(run.recipe(), store), store.home).seconds for run in order]
    except StoreError:
        # One of them is being deleted, or is damaged; nothing honest can be said now.
        return {run.id: Outlook(before, None) for before, run in enumerate(order)}
    begins = waits(seconds, left, max(1, workers, len(left)))
    return {run.id: Outlook(before, begins[before]) for before, run in enumerate(order)}


def behind_others(run: RunFolder, store: Store) -> Outlook:
    """Return where a run of another app stands, as far as its folder tells; that app knows when it is at work."""
    mine = run.state().since
    states = [other.state() for other in store.runs() if other.id != run.id]
    return Outlook(sum(state.name == "queued" and state.since < mine for state in states), None)
