"""The description of a run: id, recipe, name, owner and key. Every call reads the files."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from mnistlab import __version__
from mnistlab.errors import MnistlabError, StoreError
from mnistlab.recipes import Recipe, parse_json, read_recipe
from mnistlab.store.changes import note_change
from mnistlab.store.files import (
    read_json,
    write_json,
)
from mnistlab.store.format import is_newer

RUN_ID = re.compile(r"[a-z0-9][a-z0-9-]{2,40}")
LONGEST_NAME = 60
# In seconds since the epoch: the year 5138, later than any run.
LATEST = 1e11


@lru_cache(maxsize=4096)
def _read_info(path: Path, _changed: int, _file: int) -> Mapping[str, Any]:
    info = read_json(path)
    return info if isinstance(info, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


class RunInfo:
    """The description of a run in `run.json` and `recipe.json`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def id(self) -> str:
        """The run's id, which is the name of its folder."""
        return self.path.name

    def recipe(self) -> Recipe:
        """Return the recipe.

        Raises:
            StoreError: if it is missing or damaged, or written by a newer mnistlab with choices that this one does not have.
        """
        try:
            return read_recipe(parse_json((self.path / "recipe.json").read_bytes()))
        except OSError:
            raise StoreError("recipe.json is missing or cannot be read.") from None
        except MnistlabError as error:
            if is_newer(made_by := self.version()):
                raise StoreError(
                    f"This run was made by mnistlab {made_by[:20]} with choices that mnistlab {__version__} does not know. "
                    "Update mnistlab to open it."
                ) from None
            raise StoreError(f"recipe.json is damaged: {error}") from None

    def kind(self) -> str:
        """Return the kind that its recipe names, without checking the recipe; "" if that cannot be read."""
        try:
            content = read_json(self.path / "recipe.json")
        except StoreError:
            return ""
        return _text(content.get("kind")) if isinstance(content, dict) else ""

    def name(self) -> str:
        """Return its name."""
        return name_in(self._info(), self.id)

    def created(self) -> float:
        """Return the time of its creation, in seconds since the epoch."""
        return clean_time(self._info().get("created"))

    def version(self) -> str:
        """Return the version of mnistlab that made it; "" if that was not recorded yet."""
        return _text(self._info().get("version"))

    def rename(self, name: str) -> None:
        """Change its name."""
        self.change(name=clean_name(name))

    def owner(self) -> str:
        """Return the id of the visitor who owns it; "" for everybody."""
        return _text(self._info().get("owner"))

    def key(self) -> str:
        """Return the key of its result; "" for a run that is never shared."""
        return _text(self._info().get("key"))

    def joined(self) -> list[str]:
        """Return the ids of the other visitors who asked for the same run."""
        joined = self._info().get("joined")
        return [name for name in joined if isinstance(name, str)] if isinstance(joined, list) else []

    def wishes(self) -> dict[str, dict[str, Any]]:
        """Return the names these visitors gave it ("name") and the times of their requests ("created"), by their ids."""
        wishes = self._info().get("wishes")
        return (
            {name: wish for name, wish in wishes.items() if isinstance(wish, dict)} if isinstance(wishes, dict) else {}
        )

    def change(self, **about: Any) -> None:
        """Replace some entries of run.json."""
        write_json(self.path / "run.json", {**self._info(), **about})
        note_change(self.path)

    def _info(self) -> Mapping[str, Any]:
        path = self.path / "run.json"
        try:
            # The list of all runs is drawn every second for every visitor, and the file changes rarely.
            about = path.stat()
            return _read_info(path, about.st_mtime_ns, about.st_ino)
        except (OSError, StoreError):
            return {}


def name_in(about: Mapping[str, Any], run_id: str) -> str:
    """Return the name in `run.json`, or in one visitor's wish there; the run's id if it holds none."""
    name = about.get("name")
    return (clean_name(name) if isinstance(name, str) else "") or run_id


def clean_name(name: str) -> str:
    """Return a visitor's text as a name: printable, on one line, not too long."""
    printable = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(printable.split())[:LONGEST_NAME]


def clean_time(created: Any) -> float:
    """Return a time in seconds since the epoch; 0 if it is damaged, so that a page can still show the run."""
    return float(created) if isinstance(created, int | float) and 0 <= created < LATEST else 0.0
