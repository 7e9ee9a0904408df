"""Atomic and private files: every write goes to a temporary name and is renamed."""

import contextlib
import errno
import json
import os
import stat
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from mnistlab.errors import StoreError

# A run's JSON files are small; a larger one was not written by mnistlab.
# Name -> NumPy array; `mnistlab.results` documents the names of each kind of file.
NamedArrays = dict[str, Any]
LONGEST_JSON = 1_000_000
# Readable by the owner only: on a machine with several accounts, the others can neither read the files nor hold their locks.
FOLDER_MODE = 0o700
FILE_MODE = 0o600
OTHERS = 0o077


def write_bytes(path: Path, content: bytes | memoryview) -> None:
    """Write `content` to `path` atomically: a reader sees the old content or the new, never a part.

    Raises:
        StoreError: if the disk is full, read-only or gone.
    """
    partial = None
    try:
        handle, partial = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        if partial is not None:
            with contextlib.suppress(OSError):
                os.unlink(partial)
        raise cannot_write(path, error) from error


def make_folder(path: Path) -> None:
    """Create a folder and its parents if they do not exist, accessible to this account only.

    Raises:
        StoreError: if the disk is full, read-only or gone.
    """
    try:
        _make_folder(path)
    except OSError as error:
        raise cannot_write(path, error) from error


def _make_folder(path: Path) -> None:
    # `Path.mkdir` would create the parents with the user's umask.
    try:
        path.mkdir(FOLDER_MODE, exist_ok=True)
    except FileNotFoundError:
        if path.parent == path:
            raise
        _make_folder(path.parent)
        path.mkdir(FOLDER_MODE, exist_ok=True)


def keep_private(folder: Path) -> bool:
    """Remove other accounts' access to a folder of this account that was created by hand or by an earlier version.

    Left alone are another account's folder, one that is writable for everybody (a temporary folder), and the user's home and its parents.
    Systems without such modes have their own means.

    Returns:
        Whether no other account can enter it now.
    """
    if not hasattr(os, "geteuid"):
        return True
    try:
        about = folder.stat()
        if not about.st_mode & OTHERS:
            return True
        if about.st_uid != os.geteuid() or about.st_mode & stat.S_ISVTX or Path.home().is_relative_to(folder.resolve()):
            return False
        folder.chmod(stat.S_IMODE(about.st_mode) & ~OTHERS)
    # (Python raises RuntimeError for an account without a home.)
    except (OSError, RuntimeError):
        return False
    return True


def lock_file(path: Path) -> FileLock:
    """Return a lock that the system frees when its holder dies; any thread may acquire or release it."""
    return FileLock(path, mode=FILE_MODE, thread_local=False)


def append_bytes(path: Path, content: bytes, to_disk: bool = False) -> None:
    """Append `content` in one write; create the file if it does not exist.

    Arguments:
        path: the file.
        content: what to append.
        to_disk: whether to wait until it would survive a power cut.

    Raises:
        StoreError: if the disk is full, read-only or gone.
    """
    try:
        # Windows would change line ends.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags, FILE_MODE), "ab") as file:
            file.write(content)
            if to_disk:
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: OSError) -> StoreError:
    """Return the error for a failed write."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError(
            f"The disk is full: {path.name} could not be written. Make room on the page Lab or elsewhere, then resume."
        )
    return StoreError(f"{path.name} could not be written ({error.strerror or type(error).__name__}).")


def write_json(path: Path, content: Any) -> None:
    """Write `content` as JSON, atomically."""
    write_bytes(path, json_bytes(content))


def json_bytes(content: Any) -> bytes:
    """Return `content` as `write_json` writes it."""
    return (json.dumps(content, indent=1) + "\n").encode()


def read_json(path: Path) -> Any:
    """Return the parsed JSON of a file written by mnistlab.

    Raises:
        StoreError: if it is missing or damaged.
    """
    try:
        if path.stat().st_size > LONGEST_JSON:
            raise StoreError(f"{path.name} is damaged: it is too long.")
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        raise StoreError(f"{path.name} is missing.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise StoreError(f"{path.name} is damaged and cannot be read ({type(error).__name__}).") from None


def write_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write named NumPy arrays as an .npz, atomically."""
    buffer = BytesIO()
    np.savez(buffer, allow_pickle=False, **{name: np.asarray(array) for name, array in arrays.items()})
    write_bytes(path, buffer.getvalue())


def read_arrays(path: Path) -> NamedArrays:
    """Return the arrays of an .npz written by mnistlab.

    Raises:
        StoreError: if it is missing or damaged.
    """
    try:
        # NumPy does not close a file that it opened itself and cannot read.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise StoreError(f"{path.name} is missing.") from None
    except Exception as error:  # NumPy and zipfile raise a dozen kinds of error for damaged files.
        raise StoreError(f"{path.name} is damaged and cannot be read ({type(error).__name__}).") from None


def is_held(lock: FileLock) -> bool:
    """Return whether another process holds `lock`."""
    try:
        with lock.acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False
