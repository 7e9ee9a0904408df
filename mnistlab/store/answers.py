"""What was computed once about a network and is the same ever after: arrays on disk, by the digest of the question."""

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

# All answers together; the least recently written go first.
MOST_BYTES = 300_000_000
# Seconds between two notes of how far the making of an answer is.
NOTE_SECONDS = 0.2
Arrays = Mapping[str, Any]


def answer_key(kind: str, *parts: Any) -> str:
    """Return the digest under which the answer to a question is kept; name everything it depends on."""
    return hashlib.sha256("/".join([kind, *map(str, parts)]).encode()).hexdigest()[:40]


class Answers:
    """The kept answers under one home folder."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "answers"

    def read(self, key: str) -> Arrays | None:
        """Return the arrays kept under `key`, or None if there are none that can be read. Do not change them."""
        path = self._path(key)
        try:
            return _read(path, path.stat().st_mtime_ns)
        except (OSError, StoreError):
            return None

    def get_or_make(self, key: str, make: Callable[[], Arrays]) -> Arrays:
        """Return what is kept under `key`; else make it and keep it, once, whoever asks at the same time.

        Raises:
            StoreError: the disk is full, read-only or gone.
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
        """As `get_or_make`, for what takes longer: `progress` tells how far it is, and `cancel` ends it.

        Raises:
            CancelledError: somebody gave it up.
            StoreError: the disk is full, read-only or gone.
        """
        return self.get_or_make(key, lambda: self.watched(key, work))

    def progress(self, key: str) -> tuple[str, float] | None:
        """Return what is being done for the answer under `key` and which share of it is done; None if nobody works on it."""
        try:
            note = read_json(self._note(key))
            return str(note["stage"]), min(max(float(note["share"]), 0.0), 1.0)
        except (StoreError, KeyError, TypeError, ValueError):
            return None

    def cancel(self, key: str) -> None:
        """Ask whoever works on the answer under `key` to give it up; nothing happens if nobody does."""
        if self._note(key).is_file():
            with contextlib.suppress(StoreError):
                write_bytes(self._stop(key), b"")

    def watched(self, key: str, work: Work[Product]) -> Product:
        """Do the work to its end, noting under `key` how far it is; what comes out is not kept.

        Raises:
            CancelledError: somebody gave it up.
            StoreError: the disk is full, read-only or gone.
        """
        make_folder(self._folder)
        noted = 0.0
        # What was asked of an earlier attempt, which ended before it could look.
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
        """Delete what was written longest ago, until the rest fits."""
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


# Whole answers of a few networks, a few megabytes each; the time in the key sees a file written anew.
@lru_cache(maxsize=12)
def _read(path: Path, _changed: int) -> Arrays:
    return read_arrays(path)
