"""A cache on disk of results that depend only on a network and a question: arrays, by the digest of the question."""

import contextlib
import hashlib
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from mnistlab.errors import CancelledError, StoreError
from mnistlab.progress import Product, Progress, Work
from mnistlab.store.files import lock_file, make_folder, read_arrays, read_json, write_arrays, write_bytes, write_json

# For all answers together; the least recently written are deleted first.
MOST_BYTES = 300_000_000
# Seconds between two progress notes.
NOTE_SECONDS = 0.2
Arrays = Mapping[str, Any]


def answer_key(kind: str, *parts: Any) -> str:
    """Return the key of the answer to a question; `parts` must include everything the answer depends on."""
    return hashlib.sha256("/".join([kind, *map(str, parts)]).encode()).hexdigest()[:40]


class Answers:
    """The cached answers under one home folder."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "answers"

    def read(self, key: str) -> Arrays | None:
        """Return the arrays under `key`, or None if there are none or they cannot be read. Do not change them."""
        path = self._path(key)
        try:
            return _read(path, path.stat().st_mtime_ns)
        except (OSError, StoreError):
            return None

    def get_or_make(self, key: str, make: Callable[[], Arrays]) -> Arrays:
        """Return the arrays under `key`; if there are none, call `make` once, for all callers, and keep the result.

        Raises:
            StoreError: if the disk is full, read-only or gone.
        """
        make_folder(self._folder)
        with lock_file(self._folder / f"{key}.lock"):
            kept = self.read(key)
            if kept is not None:
                return kept
            made = make()
            write_arrays(self._path(key), made)
        self._make_room()
        return made

    def get_or_work(self, key: str, work: Work[Arrays]) -> Arrays:
        """Like `get_or_make`, for longer work: `progress` reports on it, and `cancel` ends it.

        Raises:
            CancelledError: if it was cancelled.
            StoreError: if the disk is full, read-only or gone.
        """
        return self.get_or_make(key, lambda: self.watched(key, work))

    def progress(self, key: str) -> tuple[str, float] | None:
        """Return the current stage of the work under `key` and the share that is done; None if there is no such work."""
        try:
            note = read_json(self._note(key))
            return str(note["stage"]), min(max(float(note["share"]), 0.0), 1.0)
        except (StoreError, KeyError, TypeError, ValueError):
            return None

    def cancel(self, key: str) -> None:
        """Request that the work under `key` stops; no effect if there is no such work."""
        if self._note(key).is_file():
            with contextlib.suppress(StoreError):
                write_bytes(self._stop(key), b"")

    def watched(self, key: str, work: Work[Product]) -> Product:
        """Do all of the work, noting its progress under `key`; do not keep its result.

        Raises:
            CancelledError: if it was cancelled.
            StoreError: if the disk is full, read-only or gone.
        """
        make_folder(self._folder)
        noted = 0.0
        # A request to an earlier attempt, which ended before it saw the request.
        self._stop(key).unlink(missing_ok=True)
        try:
            while True:
                try:
                    report: Progress = next(work)
                except StopIteration as end:
                    made: Product = end.value
                    return made
                if time.monotonic() - noted >= NOTE_SECONDS:
                    noted = time.monotonic()
                    write_json(self._note(key), {"stage": report.stage, "share": report.done / max(report.total, 1)})
                if self._stop(key).is_file():
                    raise CancelledError("This was cancelled.")
        finally:
            work.close()
            for path in (self._note(key), self._stop(key)):
                path.unlink(missing_ok=True)

    def _note(self, key: str) -> Path:
        return self._folder / f"{key}.progress"

    def _stop(self, key: str) -> Path:
        return self._folder / f"{key}.cancel"

    def _make_room(self) -> None:
        """Delete the least recently written answers until the rest fits."""
        with contextlib.suppress(OSError):
            files = sorted(self._folder.glob("*.npz"), key=lambda path: -path.stat().st_mtime)
            total = 0
            for path in files:
                total += path.stat().st_size
                if total > MOST_BYTES:
                    path.unlink()
                    path.with_suffix(".lock").unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.npz"


# Answers of a few networks, a few megabytes each; the modification time in the key detects a file that was replaced.
@lru_cache(maxsize=12)
def _read(path: Path, _changed: int) -> Arrays:
    return read_arrays(path)
