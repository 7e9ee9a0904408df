"""What is known of the sets of digits that somebody brought, as they lie in the store: names, classes, notes; without their digits.

A folder `sets/NAME` holds `x_train.npy`, `y_train.npy`, `x_test.npy` and `y_test.npy` as uint8, `set.json` with the names of the classes, and
`about.json` with what visitors call it.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from mnistlab.recipes.data_sets import MOST_CLASSES, DataName, DataSet, Split, data_set, is_brought
from mnistlab.settings import settings

CONTENT_FILE, ABOUT_FILE = "set.json", "about.json"
# Which files that MNISTLAB_DATA names have been taken up, as which sets.
GIVEN_FILE = "given.json"
# Class names, some notes, and the names of as many visitors as may bring the same set.
LONGEST_JSON = 200_000


def folder_of(name: DataName) -> Path:
    """Return the folder of a set that was brought, whether it is there or not."""
    assert is_brought(name), "no other text becomes a path"
    return settings().home / "sets" / name


def file_name(axis: str, split: Split) -> str:
    """Return the name of a file of arrays; `axis`: "x" for images, "y" for labels."""
    return f"{axis}_{split}.npy"


def is_here(name: DataName) -> bool:
    """Return whether a set that was brought is in the store."""
    return (folder_of(name) / CONTENT_FILE).is_file()


def known_set(name: DataName) -> DataSet:
    """Return a set with its title and the names of its classes; of one that was brought and is gone, only what its name says."""
    wanted = data_set(name)
    if not wanted.is_brought:
        return wanted
    folder = folder_of(name)
    title = read_text(about(name), "name") or wanted.title
    return replace(wanted, title=title, classes=_classes(folder) or wanted.classes)


def about(name: DataName) -> Mapping[str, Any]:
    """Return what is known of a set that was brought: "name", "owner", and "names" that others gave it; empty if it is gone."""
    return _json(folder_of(name) / ABOUT_FILE)


def notes(name: DataName) -> list[str]:
    """Return what was found odd in a set when it was brought, a sentence each."""
    found = _json(folder_of(name) / CONTENT_FILE).get("notes")
    return [note for note in found if isinstance(note, str)] if isinstance(found, list) else []


def read_text(content: Mapping[str, Any], name: str) -> str:
    """Return an entry that should be a text; "" if it is none."""
    found = content.get(name)
    return found if isinstance(found, str) else ""


def taken_up(path: Path) -> DataName | None:
    """Return the set that a file or folder of MNISTLAB_DATA was taken up as; None if it was not, or has changed since."""
    return given_index().get(stamp(path))


def given_index() -> dict[str, DataName]:
    """Return the sets that were taken up, by the stamps of their files."""
    content = _json(settings().home / "sets" / GIVEN_FILE)
    return {known: name for known, name in content.items() if isinstance(name, str) and is_brought(name)}


def stamp(path: Path) -> str:
    """Return a text that is another one when a file or folder changes."""
    try:
        about = path.stat()
    except OSError:
        return ""
    return f"{path.absolute()} {about.st_size} {about.st_mtime_ns}"


def _classes(folder: Path) -> tuple[str, ...]:
    names = _json(folder / CONTENT_FILE).get("classes")
    if not isinstance(names, list) or len(names) > MOST_CLASSES or not all(isinstance(name, str) for name in names):
        return ()
    return tuple(names) if len(names) == len(data_set(folder.name).classes) else ()


def _json(path: Path) -> Mapping[str, Any]:
    try:
        found = path.stat()
        return _read_json(path, found.st_mtime_ns, found.st_ino)
    except (OSError, ValueError, RecursionError):
        return {}


@lru_cache(maxsize=256)
def _read_json(path: Path, _changed: int, _file: int) -> Mapping[str, Any]:
    with path.open("rb") as file:
        content = json.loads(file.read(LONGEST_JSON))
    return content if isinstance(content, dict) else {}
