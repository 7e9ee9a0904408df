"""What was computed once about a network and is the same ever after: arrays on disk, by the digest of the question."""

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock

from mnistlab.errors import StoreError
from mnistlab.store.files import make_folder, read_arrays, write_arrays

# All answers together; the least recently written go first.
MOST_BYTES = 300_000_000
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
        with FileLock(self._folder / f"{key}.lock"):
            kept = self.read(key)
            if kept is not None:
                return kept
            made = make()
            write_arrays(self._path(key), made)
        self._make_room()
        return made

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
