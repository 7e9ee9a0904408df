"""A folder for the workers' temporary files: private, and at a path that nobody can predict and create first."""

import os
import shutil
import stat
import tempfile
import time
from pathlib import Path

from mnistlab.store.files import is_held, lock_file

PREFIX = "mnistlab-workers-"
LOCK = ".lock"
# A younger folder may be one that is just being made and not locked yet.
LEAST_AGE = 600.0


class Scratch:
    """A new private folder under the system's temporary folder, locked while its creator lives.

    Attributes:
        path: the folder.
    """

    def __init__(self) -> None:
        remove_left_behind()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = lock_file(self.path / LOCK)
        self._lock.acquire(timeout=0)

    def remove(self) -> None:
        """Remove it with its content."""
        self._lock.release()
        shutil.rmtree(self.path, ignore_errors=True)


def remove_left_behind() -> None:
    """Remove the folders of this account whose creators were killed before they could."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if _is_ours(path) and not is_held(lock_file(path / LOCK)):
            shutil.rmtree(path, ignore_errors=True)


def _is_ours(path: Path) -> bool:
    try:
        # `lstat`, because anybody may have made a link to elsewhere.
        about = path.lstat()
    except OSError:
        return False
    own = not hasattr(os, "getuid") or about.st_uid == os.getuid()
    return own and stat.S_ISDIR(about.st_mode) and time.time() - about.st_mtime > LEAST_AGE
