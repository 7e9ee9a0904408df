"""What the administrator of a lab lets in at the moment: no new jobs at all, or none longer than so many seconds; for all servers on one store."""

import contextlib
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path

from mnistlab.errors import StoreError
from mnistlab.store.files import make_folder, read_json, write_json

FILE = "doors.json"
LONGEST_SECONDS = 10_000_000.0


@dataclass(frozen=True)
class Door:
    """`is_closed`: no new jobs are taken; `longest`: estimated seconds above which a job is refused, 0: none is."""

    is_closed: bool = False
    longest: float = 0.0


def door_of(home: Path) -> Door:
    """Return what is let in; all, if nothing was said or the file is damaged."""
    with contextlib.suppress(StoreError, OverflowError):
        content = read_json(home / FILE)
        if isinstance(content, dict):
            longest = content.get("longest")
            if not isinstance(longest, int | float) or isinstance(longest, bool) or not isfinite(longest):
                longest = 0.0
            return Door(content.get("is_closed") is True, min(max(float(longest), 0.0), LONGEST_SECONDS))
    return Door()


def set_door(home: Path, door: Door) -> None:
    """Say what is let in from now on.

    Raises:
        StoreError: it cannot be written.
    """
    make_folder(home)
    write_json(home / FILE, asdict(door))
