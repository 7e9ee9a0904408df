"""All runs of a home folder: listing, creation, deletion, and the lock against making one twice."""

import contextlib
import secrets
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from mnistlab.errors import StoreError
from mnistlab.recipes import Recipe
from mnistlab.store.changes import note_change
from mnistlab.store.files import (
    cannot_write,
    is_held,
    keep_private,
    lock_file,
    make_folder,
)
from mnistlab.store.index import RunIndex, index_of
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_info import RUN_ID
from mnistlab.store.run_life import ACTIVE, RunState, StateName
from mnistlab.store.search import ALL, AT_WORK, Search, query_of

# Admission takes milliseconds, on a busy machine with thirty visitors before one many times as long; an app that was stopped in the middle of it must not block
# the others for ever.
ADMISSION_SECONDS = 60.0
NEWEST_FIRST = "ORDER BY created DESC, id LIMIT ? OFFSET ?"
# Interruptions that this process has logged.
_noticed: dict[tuple[str, float], object] = {}


@dataclass(frozen=True)
class Share:
    """What one owner has in a store: the number of their runs, and their size in bytes."""

    runs: int
    bytes: int


class Store:
    """All runs under one folder. What is asked of many runs is answered by the index; what is asked of one, by its folder."""

    # The visitor in whose eyes the runs are seen; None: all runs are seen.
    _eyes: str | None = None

    def __init__(self, home: Path) -> None:
        self.home = home
        self.runs_folder = home / "runs"
        self._engines_folder = home / "engines"

    def keep_private(self) -> bool:
        """Create the home folder, or remove others' access to it, when an app starts; return whether no other account can enter it."""
        with contextlib.suppress(StoreError):
            make_folder(self.home)
        return keep_private(self.home)

    def create(self, recipe: Recipe, name: str = "", owner: str = "", key: str = "") -> RunFolder:
        """Create a new run, state "queued"; for `owner` and `key` see `RunFolder.create`.

        Raises:
            StoreError: if the disk is full or read-only; then nothing of the run is left behind.
        """
        path = self.runs_folder / f"{recipe.kind}-{secrets.token_hex(4)}"
        try:
            return RunFolder.create(path, recipe, name, owner, key)
        except StoreError:
            shutil.rmtree(path, ignore_errors=True)
            raise

    def get(self, run_id: str) -> RunFolder:
        """Return a run by its id.

        Raises:
            StoreError: if there is none.
        """
        run = self.runs_folder / run_id
        if not RUN_ID.fullmatch(run_id) or not run.is_dir():
            raise StoreError(f"There is no run “{run_id[:40]}” here; it may have been deleted.")
        return RunFolder(run)

    def runs(self) -> list[RunFolder]:
        """Return all runs, newest first. The more there are, the longer it takes: pages and admission use `find`."""
        return self.find()

    def find(self, search: Search = ALL, most: int = -1, skip: int = 0) -> list[RunFolder]:
        """Return runs, newest first.

        Arguments:
            search: the conditions.
            most: how many at most; -1: all.
            skip: how many of the newest to leave out.
        """
        return [self._run(run_id) for (run_id,) in self._ask("id", search, NEWEST_FIRST, most, skip)]

    def count(self, search: Search = ALL) -> int:
        """Return the number of runs."""
        return int(self._ask("count(*)", search)[0][0])

    def highest_number(self, before: str, after: str, most_digits: int) -> int:
        """Return the highest number in names that consist of `before`, one to `most_digits` (18) digits and `after`; 0 if there is none.

        Numbers that begin with a zero do not count.
        """
        digits = f"length(name) - {len(before) + len(after)}"
        middle = f"substr(name, {len(before) + 1}, {digits})"
        form = (
            f"AND substr(name, 1, ?) = ? AND substr(name, length(name) + 1 - ?) = ? "
            f"AND {digits} BETWEEN 1 AND ? AND {middle} GLOB '[1-9]*' AND {middle} NOT GLOB '*[^0-9]*' "
            "ORDER BY length(name) DESC, name DESC LIMIT 1"
        )
        values = (len(before), before, len(after), after, most_digits)
        found = self._ask(middle, ALL, form, *values)
        return int(found[0][0]) if found else 0

    def states(self) -> Counter[StateName]:
        """Return the numbers of runs by their states."""
        counted = self._ask("state, count(*)", ALL, "GROUP BY state")
        states = Counter({state: number for state, number in counted if state not in ACTIVE})
        states.update(self.state(run).name for run in self.find(AT_WORK))
        return states

    def shares(self) -> dict[str, Share]:
        """Return what each owner has, by their ids."""
        query = query_of("owner, count(*), total(bytes)", ALL, self._eyes, "GROUP BY owner")
        counted = self._index.ask_with_sizes(*query)
        return {owner: Share(number, int(size)) for owner, number, size in counted}

    def largest(self, most: int) -> list[tuple[RunFolder, int]]:
        """Return the largest runs with their sizes in bytes, the largest first."""
        query = query_of("id, bytes", ALL, self._eyes, "ORDER BY bytes DESC, created DESC, id LIMIT ?", most)
        return [(self._run(run_id), size) for run_id, size in self._index.ask_with_sizes(*query)]

    def delete(self, run: RunFolder) -> None:
        """Delete a run.

        Raises:
            StoreError: if it is at work.
        """
        if self.state(run).is_active:
            raise StoreError(f"The run “{run.name()}” is still at work; cancel it first.")
        shutil.rmtree(run.path, ignore_errors=True)
        note_change(run.path)

    def state(self, run: RunFolder) -> RunState:
        """Return the state of a run; "interrupted" if its file says active but no process works on it."""
        state = run.state()
        if not state.is_active or is_held(run.lock()) or is_held(self.engine_lock(state.engine)):
            return state
        interrupted = RunState(
            "interrupted",
            "The app or machine that worked on it was stopped; it can be resumed.",
            state.engine,
            state.attempts,
            state.since,
            state.losses,
        )
        first = object()
        # No process writes this state, so each process logs it when it first sees it; a run without an app is just being created.
        if state.engine and _noticed.setdefault((run.id, state.since), first) is first:
            run.tell(interrupted)
        return interrupted

    @contextlib.contextmanager
    def admission_lock(self) -> Iterator[None]:
        """Hold the lock for admitting runs, so that equal requests find each other; for all apps on this store.

        Raises:
            StoreError: if the disk is full or read-only, or another app holds the lock for too long.
        """
        make_folder(self.home)
        path = self.home / ".door.lock"
        lock = lock_file(path)
        try:
            lock.acquire(timeout=ADMISSION_SECONDS)
        except Timeout:
            raise StoreError("Another app on this store does not answer; try again in a moment.") from None
        except OSError as error:
            raise cannot_write(path, error) from error
        try:
            yield
        finally:
            lock.release()

    @property
    def _index(self) -> RunIndex:
        return index_of(self.runs_folder)

    def _ask(self, what: str, search: Search, rest: str = "", *more: str | int) -> list[Any]:
        return self._index.ask(*query_of(what, search, self._eyes, rest, *more))

    def _run(self, run_id: str) -> RunFolder:
        return self._as_known(RunFolder(self.runs_folder / run_id))

    def _as_known(self, run: RunFolder) -> RunFolder:
        """Return a run as it is called by whoever sees this store."""
        return run

    def engine_lock(self, engine: str) -> FileLock:
        """Return the lock that an app holds while it is alive."""
        with contextlib.suppress(StoreError):
            make_folder(self._engines_folder)
        name = engine if RUN_ID.fullmatch(engine) else "none"
        return lock_file(self._engines_folder / f"{name}.lock")
