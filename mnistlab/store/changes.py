"""The runs that this process has changed since its index last looked (`mnistlab.store.index`): so it sees its own changes at once."""

from pathlib import Path
from threading import Lock

# Folder of runs -> ids. Only of folders that have an index, so that a worker, which lists nothing, collects nothing.
_changed: dict[Path, set[str]] = {}
_lock = Lock()


def watch_changes(runs_folder: Path) -> None:
    """Begin to collect the changes in a folder of runs."""
    with _lock:
        _changed.setdefault(runs_folder.absolute(), set())


def forget_changes(runs_folder: Path) -> None:
    """Collect the changes in this folder no longer."""
    with _lock:
        _changed.pop(runs_folder.absolute(), None)


def note_change(run_folder: Path) -> None:
    """Remember that this run has changed; call it after each write of run.json or state.json."""
    if not _changed:
        return
    folder = run_folder.absolute().parent
    with _lock:
        if folder in _changed:
            _changed[folder].add(run_folder.name)


def take_changes(runs_folder: Path) -> set[str]:
    """Return the ids of the runs changed since the last call."""
    folder = runs_folder.absolute()
    with _lock:
        changed = _changed.get(folder, set())
        if changed:
            _changed[folder] = set()
        return changed
