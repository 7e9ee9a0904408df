"""A wish -> a run: an existing one, a new one, or a sentence why there is no room now."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mnistlab.engine.estimates import estimate
from mnistlab.engine.room import Job, require_room, require_share
from mnistlab.errors import BusyError, StoreError
from mnistlab.logs import audit
from mnistlab.recipes import Recipe
from mnistlab.settings import Settings
from mnistlab.store.disk import lack_of_disk
from mnistlab.store.doors import door_of
from mnistlab.store.names import next_name
from mnistlab.store.own_runs import OwnRuns
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store
from mnistlab.store.search import AT_WORK
from mnistlab.store.sharing import Wish, equal_run
from mnistlab.store.wishes import join, may_join


@dataclass(frozen=True)
class Admitted:
    """`run`: the run for the wish; `is_new`: whether it was created for it (or, in a private lab, by others, which the visitor must not learn)."""

    run: RunFolder
    is_new: bool


@dataclass(frozen=True)
class CameFrom:
    """Origins of wishes, in memory only. `addresses`: id of a run -> a token for its network address; `address`: that of this wish, or ""."""

    addresses: dict[str, str]
    address: str

    def note(self, run: RunFolder) -> None:
        """Remember the origin of a new run."""
        if self.address:
            self.addresses[run.id] = self.address

    def forget_all_but(self, active: list[RunFolder]) -> None:
        """Forget the origins of runs that have ended."""
        for run_id in self.addresses.keys() - {run.id for run in active}:
            self.addresses.pop(run_id, None)


def admit(
    recipe: Recipe,
    name: str,
    owner: str,
    store: Store,
    settings: Settings,
    submit: Callable[[RunFolder], None],
    came_from: CameFrom | None = None,
) -> Admitted:
    """Find the run that computes `recipe`, or create and submit one if there is room. Two equal wishes at the same time give one run.

    Arguments:
        recipe: the recipe to run.
        name: the visitor's name for it; "" for a numbered name that no other run has.
        owner: id of the visitor.
        store: the store with all runs.
        settings: the limits.
        submit: puts a new run into the queue.
        came_from: origins of this wish and of earlier ones, if they are limited.

    Raises:
        BusyError: if there is no room now.
        StoreError: if the disk is full or read-only.
    """
    with store.admission_lock():
        known = OwnRuns(store.home, owner) if settings.private else store
        wish = Wish.of(recipe, store)
        run = equal_run(wish, store)
        came_from = came_from or CameFrom({}, "")
        # Whoever makes up visitors must not keep others from what they have joined.
        if run is not None and may_join(run, owner):
            if store.state(run).is_active and owner not in (run.owner(), *run.joined()):
                with refusals_told(owner, recipe.kind):
                    require_share(owner, _jobs(store, came_from), settings)
            joined = join(run, owner, name or next_name(owner, known))
            return Admitted(run, joined and settings.private)
        with refusals_told(owner, recipe.kind):
            require_queue(owner, store, settings, came_from)
            _require_time_and_disk(wish, store, settings)
        run = store.create(recipe, name or next_name(owner, known), owner, wish.key)
        came_from.note(run)
        # Before the lock is released, because a run that belongs to no app yet would count as interrupted.
        try:
            submit(run)
        except StoreError:
            # After an error the visitor must not find a half-made run.
            shutil.rmtree(run.path, ignore_errors=True)
            raise
        return Admitted(run, True)


@contextmanager
def refusals_told(owner: str, kind: str) -> Iterator[None]:
    """Log that a job for which there is no room was refused; `owner`: who asked for it, `kind`: of its recipe."""
    try:
        yield
    except BusyError as error:
        audit("job refused", visitor=owner, kind=kind, reason=str(error))
        raise


def require_queue(owner: str, store: Store, settings: Settings, came_from: CameFrom) -> None:
    """Raise an error if the queue has no room for another job of this visitor. Call it while holding the admission lock.

    Raises:
        BusyError: if there is no room now.
    """
    if door_of(store.home).is_closed:
        raise BusyError(
            "This lab takes no new jobs at the moment: its administrator has stopped them. Try again later."
        )
    require_room(Job(owner, came_from.address), _jobs(store, came_from), settings)


def _jobs(store: Store, came_from: CameFrom) -> list[Job]:
    """Return the jobs at work or waiting; the origins of all others are forgotten."""
    active = [run for run in store.find(AT_WORK) if store.state(run).is_active]
    came_from.forget_all_but(active)
    return [Job(run.owner(), came_from.addresses.get(run.id, ""), tuple(run.joined())) for run in active]


def _require_time_and_disk(wish: Wish, store: Store, settings: Settings) -> None:
    expected = estimate(wish, store.home)
    limits = [seconds for seconds in (settings.longest_job, door_of(store.home).longest) if seconds]
    if limits and expected.seconds > min(limits):
        raise BusyError(
            f"This would take about {in_words(expected.seconds)}; here a job may take {in_words(min(limits))}. "
            "Choose fewer epochs, digits, maps or steps."
        )
    if lack := lack_of_disk(store.home, "a new job", settings):
        raise BusyError(lack)


def in_words(seconds: float) -> str:
    """Return a duration in words, as precise as an estimate is."""
    if seconds < 1.5:
        return "a second"
    if seconds < 90:
        return f"{round(seconds)} seconds"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


def roughly(seconds: float) -> str:
    """Return a duration in words, as precise as a guess is: a few times longer or shorter."""
    if seconds < 20:
        return "less than a minute"
    if seconds < 180:
        return "a minute or two"
    if seconds < 1800:
        return "several minutes"
    return "half an hour or more" if seconds < 5400 else "several hours"
