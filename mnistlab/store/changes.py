"""The runs that this process has changed since its index last looked (`mnistlab.store.index`): so it sees its own changes at once."""

from pathlib import Path
from threading import Lock
from weakref import WeakSet

# Folder of runs -> who wants to know. A worker, which lists nothing, collects nothing.
_watching: dict[Path, WeakSet["Changes"]] = {}
_lock = Lock()


class Changes:
    """The changes that this process makes in a folder of runs, from now on."""

    def __init__(self, runs_folder: Path) -> None:
        self._ids: set[str] = set()
        with _lock:
            _watching.setdefault(runs_folder.absolute(), WeakSet()).add(self)

    def take(self) -> set[str]:
        """Return the ids of the runs changed since the last call."""
        with _lock:
            ids, self._ids = self._ids, set()
            return ids

    def add(self, run_id: str) -> None:
        """Remember a change."""
        self._ids.add(run_id)


def note_change(run_folder: Path) -> None:
    """Remember that this run has changed; call it after each write of run.json or state.json."""
    if not _watching:
        return
    with _lock:
        for changes in _watching.get(run_folder.absolute().parent, ()):
            changes.add(run_folder.name)
