"""The room on the disk of the store -> whether something new may be kept."""

import shutil
from pathlib import Path

from mnistlab.errors import StoreError
from mnistlab.refusals import refused
from mnistlab.settings import Settings, settings
from mnistlab.store.files import make_folder

MEGABYTE = 1e6


def lack_of_disk(home: Path, what: str, settings: Settings) -> str:
    """Return a sentence if the disk of the store's folder has less than MNISTLAB_DISK_RESERVE left for `what`, such as "a new set"; else ""."""
    make_folder(home)
    free = shutil.disk_usage(home).free
    if free >= settings.disk_reserve * MEGABYTE:
        return ""
    return (
        f"The disk is nearly full: {free / MEGABYTE:,.0f} MB are left, and {what} needs {settings.disk_reserve}. "
        "Delete runs on the page Lab."
    )


def require_disk(home: Path, what: str, visitor: str) -> None:
    """Raise an error if there is no room for `what`, as `lack_of_disk` says; `visitor`: id of who asked.

    Raises:
        StoreError: with the room that is left.
    """
    if lack := lack_of_disk(home, what, settings()):
        raise refused(StoreError(lack), visitor)
