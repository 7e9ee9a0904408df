"""The sets of digits that visitors brought, kept under the digest of their content, with owners as imported networks have them (`store.imports`).

No uploaded bytes are written to disk: the files are written anew from the checked content.
"""

import contextlib
import hashlib
import io
import json
import secrets
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnistlab.brought_sets import ABOUT_FILE, CONTENT_FILE, LONGEST_JSON, about, folder_of, is_here, read_text
from mnistlab.errors import DataError, StoreError
from mnistlab.logs import audit
from mnistlab.recipes.data_sets import DATA_SETS, DataName, Split, brought_name, is_brought
from mnistlab.refusals import refused
from mnistlab.settings import settings
from mnistlab.store.disk import require_disk
from mnistlab.store.files import cannot_write, json_bytes, make_folder, write_bytes, write_json
from mnistlab.store.origins import Origins
from mnistlab.store.run_info import clean_name
from mnistlab.store.runs import Store

# At most 55 MB each; and of one visitor of a lab. Of one address half.
MOST_SETS, MOST_OF_ONE = 40, 8
ARRAYS = ("x_train", "y_train", "x_test", "y_test")
# A folder that is being written, and how many seconds that may take.
PARTIAL, PATIENCE = ".partial-", 3600.0
# No visitor's id.
NOBODY = "nobody"
# Limits the names stored per set, so that a script that makes up visitors cannot fill its file.
MOST_NAMES = 500
_origins = Origins("sets of digits")


@dataclass(frozen=True, eq=False)
class BroughtSet:
    """A checked set of digits.

    Attributes:
        arrays: "x_train" and "x_test" (digits, 28, 28), "y_train" and "y_test" (digits,), uint8.
        classes: names of its classes.
        notes: sentences about what is odd in it.
    """

    arrays: Mapping[str, NDArray[np.uint8]]
    classes: tuple[str, ...]
    notes: Sequence[str] = field(default=())

    @property
    def name(self) -> DataName:
        """The name recipes know it by, made of its content."""
        total = hashlib.sha256(json.dumps(self.classes).encode())
        for array in ARRAYS:
            total.update(np.ascontiguousarray(self.arrays[array]).tobytes())
        return brought_name(total.hexdigest(), len(self.classes), self.size("train"), self.size("test"))

    def size(self, split: Split) -> int:
        """Return how many digits are in a split."""
        return len(self.arrays[f"y_{split}"])


def keep_set(brought: BroughtSet, name: str, owner: str, address: str = "") -> DataName:
    """Keep a checked set; return the name recipes know it by. The same set has one name for all visitors.

    Arguments:
        brought: the set.
        name: what the visitor calls it.
        owner: id of the visitor; "" for everybody.
        address: a token for their network address; "" if addresses are not counted.

    Raises:
        StoreError: there is no room for it.
    """
    known = brought.name
    title, whose = about_set(known, owner)
    # Who brings their set once more without a name leaves it the one it has.
    name = clean_name(name) or (title if is_here(known) and whose == owner else "Digits without a name")
    if is_here(known):
        written = None
    else:
        _check_room(owner)
        _require_place(owner, address)
        require_disk(settings().home, "a new set", owner)
        # Before the lock, which every new job waits for.
        written = _write(brought, name, owner)
    try:
        # Who brings or deletes the same one meanwhile must not write what they read before.
        with Store(settings().home).admission_lock():
            _keep(known, written, name, owner, address)
            _origins.note((folder_of(known), owner), address)
    finally:
        if written is not None:
            shutil.rmtree(written, ignore_errors=True)
    return known


def _write(brought: BroughtSet, name: str, owner: str) -> Path:
    """Write all files of a set into a folder that is none of a set yet; return it. After an error nothing is left of it."""
    folder = settings().home / "sets" / f"{PARTIAL}{secrets.token_hex(4)}"
    make_folder(folder)
    try:
        for array in ARRAYS:
            write_bytes(folder / f"{array}.npy", _npy(brought.arrays[array]))
        write_json(folder / ABOUT_FILE, {"name": name, "owner": owner})
        write_json(folder / CONTENT_FILE, {"classes": brought.classes, "notes": list(brought.notes)})
    except StoreError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _keep(known: DataName, written: Path | None, name: str, owner: str, address: str) -> None:
    folder = folder_of(known)
    if not is_here(known):
        if written is None:
            raise StoreError("This set was deleted at this moment. Bring it again.")
        _remove_remains()
        _check_room(owner)
        _require_place(owner, address)
        try:
            written.rename(folder)
        except OSError as error:
            raise cannot_write(folder, error) from error
        audit("digits brought", data=known, by=owner)
        return
    content = about(known)
    if "owner" not in content:
        raise StoreError("Who brought this very set before cannot be read now. Try again later.")
    names = names_of(known)
    if owner == read_text(content, "owner"):
        write_json(folder / ABOUT_FILE, {**content, "name": name})
    elif owner:
        more = {**content, "names": {**names, owner: name}}
        _origins.require_name([(folder, other) for other in names], MOST_NAMES, address, owner)
        # A longer file would not be read again, and the set would be nobody's.
        if len(names) >= MOST_NAMES or len(json_bytes(more)) > LONGEST_JSON:
            raise refused(StoreError("Too many visitors have brought this very set already."), owner)
        write_json(folder / ABOUT_FILE, more)
        audit("digits brought again", data=known, by=owner)


def _remove_remains() -> None:
    """Remove what a crash has left of sets; call it while holding the admission lock."""
    with contextlib.suppress(OSError):
        for path in (settings().home / "sets").iterdir():
            is_old = path.name.startswith(PARTIAL) and time.time() - path.stat().st_mtime > PATIENCE
            if is_old or (is_brought(path.name) and not (path / CONTENT_FILE).exists()):
                shutil.rmtree(path, ignore_errors=True)


def _check_room(owner: str) -> None:
    present = sets()
    if len(present) >= MOST_SETS:
        raise refused(
            StoreError(f"There are {MOST_SETS} sets of digits already. Delete one on the page Lab first."), owner
        )
    mine = [name for name in present if owner and owner in {read_text(about(name), "owner"), *names_of(name)}]
    if len(mine) >= MOST_OF_ONE:
        raise refused(
            StoreError(f"You have brought {MOST_OF_ONE} sets of digits already. Delete one on the page Lab first."),
            owner,
        )


def _require_place(owner: str, address: str) -> None:
    """Raise an error if a network address has taken its half of the places."""
    present = sets()
    owners = [(folder_of(name), read_text(about(name), "owner")) for name in present]
    _origins.keep_only([*owners, *((folder_of(name), other) for name in present for other in names_of(name))])
    _origins.require_place(owners, MOST_SETS, address, owner)


def sets() -> list[DataName]:
    """Return the names of all sets that were brought and are whole."""
    folder = settings().home / "sets"
    with contextlib.suppress(OSError):
        return sorted(
            path.name for path in folder.iterdir() if is_brought(path.name) and (path / CONTENT_FILE).is_file()
        )
    return []


def names_of(name: DataName) -> dict[str, str]:
    """Return the names given by later visitors who brought the same set, by their ids."""
    names = about(name).get("names")
    return {who: text for who, text in names.items() if isinstance(text, str)} if isinstance(names, dict) else {}


def about_set(name: DataName, visitor: str = "") -> tuple[str, str]:
    """Return the title and owner of a set (NOBODY if that cannot be read); for a visitor who brought it too, their own title for it and their own id."""
    content, names = about(name), names_of(name)
    if visitor in names:
        return clean_name(names[visitor]) or name, visitor
    # Whose owner cannot be read is not everybody's.
    owner = read_text(content, "owner") if "owner" in content else NOBODY
    return clean_name(read_text(content, "name")) or name, owner


def named_set(text: str) -> DataName:
    """Return the set that somebody means: its name in recipes, or what it is called if only one is.

    Raises:
        DataError: there is none, or several.
    """
    if text in {known.name for known in DATA_SETS} or is_brought(text):
        return text
    called = [name for name in sets() if text in (read_text(about(name), "name"), *names_of(name).values())]
    if len(called) == 1:
        return called[0]
    if called:
        raise DataError(
            f"Several sets of digits are called “{text[:60]}”: {', '.join(called[:5])}. Give one of these names."
        )
    raise DataError(
        f"There is no set of digits “{text[:60]}” here. Bring it with “mnistlab data add”, or use mnist or embedded."
    )


def delete_set(name: DataName, visitor: str = "") -> bool:
    """Remove a visitor from the owners of a set; return whether it was deleted because nobody else brought it.

    Arguments:
        name: of the set.
        visitor: the visitor who deletes it; "": all of them.

    Raises:
        StoreError: there is none of this name, or the disk is full or read-only.
    """
    if not is_brought(name) or not folder_of(name).is_dir():
        raise StoreError("There is no such set of digits here; it may have been deleted.")
    with Store(settings().home).admission_lock():
        content, names = about(name), names_of(name)
        if visitor and visitor in names:
            del names[visitor]
            write_json(folder_of(name) / ABOUT_FILE, {**content, "names": names})
            return False
        if visitor and names:
            heir = next(iter(names))
            write_json(folder_of(name) / ABOUT_FILE, {"name": names.pop(heir), "owner": heir, "names": names})
            return False
        shutil.rmtree(folder_of(name), ignore_errors=True)
    return True


def _npy(array: NDArray[np.uint8]) -> memoryview:
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getbuffer()
