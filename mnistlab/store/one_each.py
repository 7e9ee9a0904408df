"""Folders with one file of each visitor, under their id: whoever comes new needs a place there, of which an address has half at most."""

import contextlib
from collections.abc import Collection
from pathlib import Path

from mnistlab.logs import audit
from mnistlab.store.origins import Brought, Origins

NO_ROOM = "There is no room for yours; ask the administrator."


def take_place(path: Path, most: int, origins: Origins, address: str) -> None:
    """Give a new file a place, before it is written; call it while nobody else of this process writes into its folder.

    Arguments:
        path: of the file.
        most: number of all places in its folder.
        origins: of the files there.
        address: a token for the visitor's network address; "" if addresses are not counted.

    Raises:
        StoreError: the address has half of all places.
    """
    _take(path, _kept_beside(path), most, origins, address)


def make_room(event: str, path: Path, most: int, origins: Origins, address: str) -> None:
    """Give a new file a place as `take_place` does, but let others make room, and log `event` of each.

    Where the address has its half, what nobody there has touched for a fortnight goes; where all places are taken, what `Origins.to_go` says.
    """
    kept = {one: _written_at(one[0]) for one in _kept_beside(path)}
    if origins.has_half(kept, most, address):
        for old in origins.untouched_beside(kept, address)[:1]:
            _push_out(event, old)
            del kept[old]
    _take(path, kept, most, origins, address)
    too_many = len(kept) + 1 - most
    if too_many > 0:
        for gone in origins.to_go({one: (written, 1) for one, written in kept.items()}, too_many, address):
            _push_out(event, gone)


def _push_out(event: str, gone: Brought) -> None:
    path, visitor = gone
    with contextlib.suppress(OSError):
        path.unlink()
        audit(event, visitor=visitor, reason="room for others")


def _take(path: Path, kept: Collection[Brought], most: int, origins: Origins, address: str) -> None:
    origins.keep_only(kept)
    origins.require_place(kept, most, address, path.stem)
    origins.note((path, path.stem), address)


def _kept_beside(path: Path) -> list[Brought]:
    return [(one, one.stem) for one in path.parent.glob("*.json")]


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
