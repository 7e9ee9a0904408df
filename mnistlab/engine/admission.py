"""A wish -> a run: one that is there already, a new one, or a sentence why not now."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from mnistlab.engine.estimates import estimate
from mnistlab.errors import BusyError
from mnistlab.logs import audit
from mnistlab.recipes import Recipe
from mnistlab.settings import Settings
from mnistlab.store.names import next_name
from mnistlab.store.own_runs import OwnRuns
from mnistlab.store.runs import RunFolder, Store
from mnistlab.store.sharing import equal_run, result_key
from mnistlab.store.wishes import join

MEGABYTE = 1e6


@dataclass(frozen=True)
class Admitted:
    """`run`: where the wish is fulfilled; `is_new`: it was made for it, or others made it in a private lab, where nobody is told of others."""

    run: RunFolder
    is_new: bool


def admit(
    recipe: Recipe, name: str, owner: str, store: Store, settings: Settings, submit: Callable[[RunFolder], None]
) -> Admitted:
    """Find the run that computes `recipe`, or make and submit one if there is room. Two equal wishes at once make one run.

    Arguments:
        recipe: what is wished for.
        name: what the visitor calls it; "" for one with a number that no other has.
        owner: id of the visitor.
        store: with the runs of all.
        settings: how much there may be.
        submit: puts a new run into the queue.

    Raises:
        BusyError: there is no room now.
        StoreError: the disk is full or read-only.
    """
    with store.door():
        known = OwnRuns(store.home, owner) if settings.private else store
        run = equal_run(recipe, store)
        if run is not None:
            joined = join(run, owner, name or next_name(owner, known))
            return Admitted(run, joined and settings.private)
        try:
            _require_room(recipe, owner, store, settings)
        except BusyError as error:
            audit("job refused", visitor=owner, kind=recipe.kind, reason=str(error))
            raise
        run = store.create(recipe, name or next_name(owner, known), owner, result_key(recipe, store))
        # Before the door opens: a run that no app answers for yet would count as interrupted.
        submit(run)
        return Admitted(run, True)


def _require_room(recipe: Recipe, owner: str, store: Store, settings: Settings) -> None:
    active = [run.owner() for run in store.runs() if store.state(run).is_active]
    mine = active.count(owner)
    most = settings.running_per_visitor + settings.queued_per_visitor
    if mine >= most:
        raise BusyError(
            f"You have {mine} jobs at work or waiting, which is as many as one visitor may have here. "
            "Wait for one to end, or cancel one on the page Lab."
        )
    if len(active) >= settings.queue_length + settings.long_workers:
        raise BusyError(
            f"The queue is full: {len(active)} jobs are at work or waiting. Try again when some of them have ended."
        )
    expected = estimate(recipe, store)
    if settings.longest_job and expected.seconds > settings.longest_job:
        raise BusyError(
            f"This would take about {in_words(expected.seconds)}; here a job may take {in_words(settings.longest_job)}. "
            "Choose fewer epochs, digits, maps or steps."
        )
    free = shutil.disk_usage(store.home).free
    if free < settings.disk_reserve * MEGABYTE:
        raise BusyError(
            f"The disk is nearly full: {free / MEGABYTE:,.0f} MB are left, and a new job needs {settings.disk_reserve}. "
            "Delete runs on the page Lab."
        )


def in_words(seconds: float) -> str:
    """Return a duration as a visitor reads it, no more exact than an estimate is."""
    if seconds < 1:
        return "a second"
    if seconds < 90:
        return f"{round(seconds)} seconds"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"
