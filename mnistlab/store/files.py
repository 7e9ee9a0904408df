"""Files that are whole or not there: every write goes to a temporary name and is renamed."""

import contextlib
import errno
import json
import os
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from mnistlab.errors import StoreError

# A run's JSON files are small; a larger one is not ours.
LONGEST_JSON = 1_000_000


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path`; whoever reads sees the old content or the new one, never a part.

    Raises:
        StoreError: the disk is full, read-only or gone.
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
    """Make a folder, and those above it, if it is not there.

    Raises:
        StoreError: the disk is full, read-only or gone.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: OSError) -> StoreError:
    """Return the sentence for a write that failed."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError(
            f"The disk is full: {path.name} could not be written. Make room on the page Lab or elsewhere, then resume."
        )
    return StoreError(f"{path.name} could not be written ({error.strerror or type(error).__name__}).")


def write_json(path: Path, content: Any) -> None:
    """Write `content` as JSON, whole or not at all."""
    write_bytes(path, (json.dumps(content, indent=1) + "\n").encode())


def read_json(path: Path) -> Any:
    """Return the parsed JSON of a file of ours.

    Raises:
        StoreError: it is missing or damaged.
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
    """Write named NumPy arrays as an .npz, whole or not at all."""
    buffer = BytesIO()
    np.savez(buffer, allow_pickle=False, **{name: np.asarray(array) for name, array in arrays.items()})
    write_bytes(path, buffer.getvalue())


def read_arrays(path: Path) -> dict[str, Any]:
    """Return the arrays of an .npz of ours.

    Raises:
        StoreError: it is missing or damaged.
    """
    try:
        # NumPy leaves a file open that it has opened itself and then cannot read.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise StoreError(f"{path.name} is missing.") from None
    except Exception as error:  # NumPy and zipfile raise a dozen kinds for damaged files.
        raise StoreError(f"{path.name} is damaged and cannot be read ({type(error).__name__}).") from None
