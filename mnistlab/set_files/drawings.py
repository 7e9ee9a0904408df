"""What visitors have drawn and named, to be made sets of digits: kept with each visitor, and given to others only as long as they say so.

`drawings/VISITOR.json` holds a visitor's drawings, each with its name and its 784 grey values as text, and whether others may use them.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.drawing import from_text, to_text
from mnistlab.errors import DataError, StoreError
from mnistlab.refusals import refused
from mnistlab.store.files import make_folder, read_json, write_json
from mnistlab.store.one_each import NO_ROOM, take_place
from mnistlab.store.origins import Origins
from mnistlab.store.run_info import clean_name
from mnistlab.store.visitors import VISITOR_ID

# 1.1 kB each. Whoever makes up visitors by program must not fill the disk, nor take more than half of the places at one address.
MOST_DRAWINGS, MOST_COLLECTIONS = 500, 400
# As the names of classes have them.
LONGEST_LABEL = 40
# Where there are no visitors there is one.
ALONE = "you"
_origins = Origins("visitors with kept drawings", NO_ROOM)
_writing = Lock()


@dataclass(frozen=True, eq=False)
class Drawing:
    """A digit that somebody drew. `label`: what they say it is; `image`: (28, 28) uint8."""

    label: str
    image: NDArray[np.uint8]


@dataclass(frozen=True)
class Collection:
    """The drawings of one visitor, in their order. `shared`: whether they let others use them."""

    drawings: tuple[Drawing, ...] = ()
    shared: bool = False


class Drawings:
    """The collections of all visitors under one home folder.

    Arguments:
        home: the store's folder.
        address: a token for the network address of whoever writes; "" if addresses are not counted.
    """

    def __init__(self, home: Path, address: str = "") -> None:
        self._folder, self._address = home / "drawings", address

    def of(self, visitor: str) -> Collection:
        """Return a visitor's drawings; of a damaged file what can be read."""
        return _collection(self._path(visitor))

    def keep(self, visitor: str, label: str, image: NDArray[np.uint8]) -> None:
        """Add a drawing.

        Arguments:
            visitor: their id.
            label: what they say it is.
            image: (28, 28) uint8.

        Raises:
            StoreError: it has no name, there is no room for it, or it cannot be written.
        """
        name = clean_name(label)[:LONGEST_LABEL].strip()
        if not name:
            raise StoreError("Say what the drawing is, such as 7, before you keep it.")

        def add(known: Collection) -> Collection:
            if len(known.drawings) >= MOST_DRAWINGS:
                sentence = (
                    f"There are {MOST_DRAWINGS} drawings already; make a set of them, and take some out or begin anew."
                )
                raise refused(StoreError(sentence), visitor)
            return Collection((*known.drawings, Drawing(name, image)), known.shared)

        self._change(visitor, add)

    def take_out(self, visitor: str, number: int, label: str) -> None:
        """Remove a drawing; `number`: its place, from 0; `label`: its name there, so that in another tab none that has moved is hit.

        Raises:
            StoreError: there is none of this name at this place, or it cannot be written.
        """

        def remove(known: Collection) -> Collection:
            if not 0 <= number < len(known.drawings) or known.drawings[number].label != label:
                raise StoreError("This drawing is not there any more.")
            return Collection(known.drawings[:number] + known.drawings[number + 1 :], known.shared)

        self._change(visitor, remove)

    def share(self, visitor: str, shared: bool) -> None:
        """Let others use a visitor's drawings from now on, or no longer; sets that are made of them by then stay.

        Raises:
            StoreError: it cannot be written.
        """
        self._change(visitor, lambda known: Collection(known.drawings, shared))

    def of_others(self, visitor: str) -> list[Collection]:
        """Return the drawings that others let be used, in an order that says nothing of who they are."""
        own, found = self._path(visitor), []
        with contextlib.suppress(OSError):
            for path in sorted(self._folder.glob("*.json")):
                if path != own and (one := _collection(path)).shared and one.drawings:
                    found.append(one)
        return found

    def forget(self, visitor: str) -> None:
        """Remove all drawings of a visitor, and what they said of them.

        Raises:
            StoreError: they cannot be removed.
        """
        with _writing:
            try:
                self._path(visitor).unlink(missing_ok=True)
            except OSError as error:
                raise StoreError(f"The drawings could not be removed ({error.strerror}).") from None

    def _change(self, visitor: str, change: Callable[[Collection], Collection]) -> None:
        path = self._path(visitor)
        with _writing:
            changed = change(_collection(path))
            make_folder(self._folder)
            if not path.exists():
                if sum(1 for _ in self._folder.glob("*.json")) >= MOST_COLLECTIONS:
                    sentence = "So many visitors have kept drawings here that there is no room for another's; ask the administrator."
                    raise refused(StoreError(sentence), visitor)
                take_place(path, MOST_COLLECTIONS, _origins, self._address)
            drawings = [{"label": one.label, "pixels": to_text(one.image)} for one in changed.drawings]
            write_json(path, {"shared": changed.shared, "drawings": drawings})

    def _path(self, visitor: str) -> Path:
        # Nothing but a digest is ever part of a path.
        return self._folder / f"{visitor if VISITOR_ID.fullmatch(visitor) else ALONE}.json"


def _collection(path: Path) -> Collection:
    try:
        content = read_json(path)
    except StoreError:
        return Collection()
    if not isinstance(content, dict):
        return Collection()
    kept = content.get("drawings")
    read = [_drawing(one) for one in kept[:MOST_DRAWINGS]] if isinstance(kept, list) else []
    return Collection(tuple(one for one in read if one is not None), content.get("shared") is True)


def _drawing(content: Any) -> Drawing | None:
    if not isinstance(content, dict):
        return None
    label, pixels = content.get("label"), content.get("pixels")
    if not isinstance(label, str) or not isinstance(pixels, str) or not clean_name(label):
        return None
    try:
        return Drawing(clean_name(label)[:LONGEST_LABEL].strip(), from_text(pixels))
    except DataError:
        return None
