"""A limit of the store is reached: a visitor gets a sentence, and the log a line."""

import shutil
from pathlib import Path

from mnistlab.errors import StoreError
from mnistlab.logs import audit
from mnistlab.settings import settings
from mnistlab.store.files import make_folder

MEGABYTE = 1e6


def full(sentence: str, visitor: str) -> StoreError:
    """Log that a visitor was refused for want of room, and return the error for it.

    Arguments:
        sentence: the limit, without any words of a visitor, since it is logged.
        visitor: id of who asked.
    """
    audit("visitor refused", by=visitor, reason=sentence)
    return StoreError(sentence)


def require_disk(home: Path, what: str, visitor: str) -> None:
    """Raise an error if the disk of the store's folder has less than MNISTLAB_DISK_RESERVE left for `what`, such as "a new set".

    Raises:
        StoreError: with the room that is left.
    """
    make_folder(home)
    free = shutil.disk_usage(home).free
    if free < settings().disk_reserve * MEGABYTE:
        raise full(
            f"The disk is nearly full: {free / MEGABYTE:,.0f} MB are left, and {what} needs {settings().disk_reserve}. "
            "Delete runs on the page Lab.",
            visitor,
        )
