"""The versions of a store and its runs: a format number in store.json, and the version of mnistlab in each run."""

import contextlib
import re
from pathlib import Path

from mnistlab import __version__
from mnistlab.errors import StoreError
from mnistlab.store.files import make_folder, read_json, write_json

# Increased when an older mnistlab would misread new files. A store without a number has format 1.
FORMAT = 1
FORMAT_FILE = "store.json"
VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})\S*")


def begin_store(home: Path) -> None:
    """Check that this mnistlab can use the store at `home`, and mark a new store.

    Raises:
        StoreError: see `check_format`.
    """
    check_format(home)
    path = home / FORMAT_FILE
    if not path.exists():
        # A store that is not writable can still be read.
        with contextlib.suppress(StoreError):
            make_folder(home)
            write_json(path, {"format": FORMAT})


def check_format(home: Path) -> None:
    """Check that this mnistlab can use the store at `home`.

    Raises:
        StoreError: if a newer mnistlab has written it, or its number cannot be read.
    """
    path = home / FORMAT_FILE
    if not path.exists():
        return
    content = read_json(path)
    number = content.get("format") if isinstance(content, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise StoreError(
            f"{FORMAT_FILE} in the store's folder is damaged. Restore it from a backup; "
            f'that of this mnistlab, {__version__}, holds {{"format": {FORMAT}}}.'
        )
    if number > FORMAT:
        raise StoreError(
            f"This store was written by a newer mnistlab: its format is {str(number)[:20]}, and mnistlab {__version__} reads up to {FORMAT}. "
            "Update mnistlab, or let MNISTLAB_HOME name another folder."
        )


def is_newer(version: str) -> bool:
    """Return whether `version` is that of a newer mnistlab than this."""
    return (theirs := _numbers(version)) is not None and theirs > (_numbers(__version__) or ())


def _numbers(version: str) -> tuple[int, ...] | None:
    match = VERSION.fullmatch(version)
    return tuple(int(part) for part in match.groups()) if match else None
