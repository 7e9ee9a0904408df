"""All runs of a folder in a table in memory, so that a question costs the same with ten runs and with ten thousand (docs/decisions/0041).

The folders stay the truth. Every question first brings the table up to date by what is cheap to see:

- runs that were made or deleted: the folder of all runs has another stamp, then its names are listed; every half minute they are in any case;
- what this process has written: it says so (`mnistlab.store.changes`);
- runs that are at work or damaged: their folders are looked at each time, and once a second their states are read, since a network's file system may show
  a folder's times as they were half a minute ago, but opens a file as it is;
- runs that have ended, and were renamed or resumed by another process: their folders are looked at in turn, all of them every half minute.
"""

import math
import os
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mnistlab.store.changes import Changes
from mnistlab.store.index_file import INDEX_FILE, load_table, save_table
from mnistlab.store.index_rows import INSERT, RESTLESS, see, stamp_of
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_info import RUN_ID

# Each folder is looked at once in so long, if the index is asked at all. (An app asks every two seconds: `mnistlab.engine.adoption`.)
CHECK_SECONDS = 30.0
# The states of runs at work are read once in so long, where their folders show no change.
STATE_SECONDS = 1.0
# The file is written when so many runs that have ended are not in it: fewer are read in less time than the file takes.
FEWEST_UNSAVED, UNSAVED_SHARE = 100, 0.02
# An app has one store; tests have many.
MOST_INDEXES = 8
UNMEASURED = "SELECT id, state FROM runs WHERE is_owners AND bytes IS NULL"
_indexes: OrderedDict[Path, "RunIndex"] = OrderedDict()
_making = threading.Lock()


def index_of(runs_folder: Path) -> "RunIndex":
    """Return this process's index of a folder of runs; the first call loads it."""
    key = runs_folder.absolute()
    with _making:
        if key not in _indexes:
            _indexes[key] = RunIndex(key)
            while len(_indexes) > MOST_INDEXES:
                _indexes.popitem(last=False)
        _indexes.move_to_end(key)
        return _indexes[key]


class RunIndex:
    """The table of the runs in one folder; safe to use from many threads. `mnistlab.store.index_rows` documents its columns."""

    def __init__(self, runs_folder: Path) -> None:
        self._folder = runs_folder
        self._change = threading.RLock()
        # From before the folders are first read.
        self._written = Changes(runs_folder)
        self._table = load_table(runs_folder.parent / INDEX_FILE)
        weakref.finalize(self, self._table.close).atexit = False
        known = self._table.execute("SELECT id, stamp, state FROM runs WHERE is_owners").fetchall()
        self._stamps: dict[str, str] = {run_id: stamp for run_id, stamp, _ in known}
        # Id -> state, of runs that may change without this process.
        self._restless: dict[str, str] = {
            run_id: state for run_id, stamp, state in known if not stamp or state in RESTLESS
        }
        self._stated = -math.inf
        self._listed, self._listed_at = "", 0.0
        # Ids that are still to be looked at in this round.
        self._round: list[str] = []
        self._checked = -math.inf
        self._unsaved = 0

    def ask(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a query, after bringing the table up to date."""
        with self._change:
            self._refresh()
            return self._table.execute(query, values).fetchall()

    def ask_with_sizes(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """Like `ask`, with the sizes of all runs filled in; a run that has ended is measured once."""
        # The first time without the lock, because of a large store it takes a while.
        self._keep_sizes(self._measure(self.ask(UNMEASURED)))
        with self._change:
            # Runs at work have been read anew.
            self._keep_sizes(self._measure(self.ask(UNMEASURED)))
            return self._table.execute(query, values).fetchall()

    def _measure(self, runs: list[Any]) -> list[tuple[int, str, str]]:
        return [(RunFolder(self._folder / run_id).size(), run_id, state) for run_id, state in runs]

    def _keep_sizes(self, sizes: list[tuple[int, str, str]]) -> None:
        with self._change, self._table:
            # Not of a run that has ended since it was measured: it is larger now.
            self._table.executemany("UPDATE runs SET bytes = ? WHERE id = ? AND state = ?", sizes)
            self._unsaved += sum(run_id not in self._restless for _, run_id, _ in sizes)

    def _refresh(self) -> None:
        try:
            with self._table:
                # What is noted from here on is read again at the next question.
                written = self._written.take()
                new = self._list()
                suspects = (self._restless.keys() | self._due()) - written - new
                changed = {run_id for run_id in suspects if self._has_changed(run_id)} | self._in_other_states()
                for run_id in written | new | changed:
                    self._read(run_id)
        except BaseException:
            # Half of it is done and undone; the next question begins with the folders.
            self._begin_anew()
            raise
        if self._unsaved >= max(FEWEST_UNSAVED, UNSAVED_SHARE * len(self._stamps)):
            self._unsaved = 0
            save_table(self._folder.parent / INDEX_FILE, self._table)

    def _begin_anew(self) -> None:
        with self._table:
            self._table.execute("DELETE FROM runs")
        self._stamps.clear()
        self._restless.clear()
        self._listed = ""

    def _list(self) -> set[str]:
        """Forget the runs that are gone; return the ids of new ones."""
        try:
            stamp, is_old = stamp_of(self._folder)
            if stamp == self._listed and time.monotonic() - self._listed_at < CHECK_SECONDS:
                return set()
            # (A `Path` for each would take ten times as long.)
            names = set(os.listdir(self._folder))  # noqa: PTH208
        except OSError:
            stamp, is_old, names = "", False, set()
        self._listed, self._listed_at = (stamp if is_old else ""), time.monotonic()
        for run_id in self._stamps.keys() - names:
            self._forget(run_id)
        return {name for name in names - self._stamps.keys() if self._is_run(name)}

    def _is_run(self, name: str) -> bool:
        return RUN_ID.fullmatch(name) is not None and (self._folder / name).is_dir()

    def _due(self) -> set[str]:
        """Return the ids whose folders are to be looked at now; at the first question all."""
        now = time.monotonic()
        share = min(1.0, (now - self._checked) / CHECK_SECONDS)
        self._checked = now
        self._round = self._round or list(self._stamps)
        count = math.ceil(share * len(self._stamps))
        due = set(self._round[-count:]) if count else set()
        del self._round[-count or len(self._round) :]
        return due & self._stamps.keys()

    def _has_changed(self, run_id: str) -> bool:
        try:
            stamp, _ = stamp_of(f"{self._folder}{os.sep}{run_id}")
        except OSError:
            return True
        return stamp != self._stamps[run_id]

    def _in_other_states(self) -> set[str]:
        """Return the restless runs whose states have changed; once a second."""
        now = time.monotonic()
        if now - self._stated < STATE_SECONDS:
            return set()
        self._stated = now
        states = {run_id: RunFolder(self._folder / run_id).state().name for run_id in self._restless}
        return {run_id for run_id, state in states.items() if state != self._restless[run_id]}

    def _read(self, run_id: str) -> None:
        """Replace the rows of a run by what its folder says."""
        # A run outside of the table may be noted, too: of a name that is no id.
        seen = see(RunFolder(self._folder / run_id)) if self._is_run(run_id) else None
        self._forget(run_id)
        if seen is None:
            return
        self._table.executemany(INSERT, seen.rows)
        self._stamps[run_id] = seen.stamp
        if seen.is_settled:
            self._unsaved += 1
        else:
            self._restless[run_id] = seen.state

    def _forget(self, run_id: str) -> None:
        self._table.execute("DELETE FROM runs WHERE id = ?", (run_id,))
        self._stamps.pop(run_id, None)
        self._restless.pop(run_id, None)
