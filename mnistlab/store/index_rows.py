"""A run's folder -> what the index of runs knows of it: one row for its owner, and one for each other visitor who asked for it."""

import os
import time
from dataclasses import dataclass

from mnistlab.errors import MnistlabError
from mnistlab.recipes import Recipe
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_info import clean_time, name_in
from mnistlab.store.run_life import ACTIVE, StateName

# States that may change without this process: by workers, by other apps, or since a folder is only just being made.
RESTLESS = ACTIVE | {"damaged"}
# Of a run in these states the index knows the recipe's digest, so that it can be found to be continued.
ENDED_WELL = frozenset({"finished", "cancelled"})
# Systems note the time of a change in steps: of milliseconds, or of whole seconds up to two.
STEP_NS, WHOLE_STEP_NS = 50_000_000, 2_500_000_000

# `id`: of the run; `visitor`: who calls it so, in the owner's row the owner; `sought`: the name as it is searched;
# `bytes`: its size once it has been asked for, of a run that has ended.
TABLE = """
CREATE TABLE runs (
    id TEXT NOT NULL, visitor TEXT NOT NULL, is_owners INTEGER NOT NULL, owner TEXT NOT NULL,
    name TEXT NOT NULL, sought TEXT NOT NULL, created REAL NOT NULL, stamp TEXT NOT NULL,
    kind TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, digest TEXT NOT NULL,
    has_epochs INTEGER NOT NULL, has_curves INTEGER NOT NULL, bytes INTEGER
);
CREATE INDEX by_id ON runs (id);
CREATE INDEX by_time ON runs (created DESC, id, is_owners);
CREATE INDEX by_state ON runs (state, has_epochs, created DESC, id, is_owners);
CREATE INDEX by_name ON runs (length(name) DESC, name DESC, is_owners);
CREATE INDEX by_size ON runs (bytes DESC, created DESC, id, is_owners);
CREATE INDEX by_owner ON runs (owner, bytes, is_owners);
CREATE INDEX by_visitor ON runs (visitor);
CREATE INDEX by_key ON runs (key);
CREATE INDEX by_digest ON runs (digest);
"""
INSERT = "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
Row = tuple[str | int | float | None, ...]


@dataclass(frozen=True)
class Seen:
    """What was seen of a run.

    Attributes:
        rows: its rows, without column `bytes`' value; the owner's first.
        state: the state in its file.
        stamp: `stamp_of` its folder before it was read; "" if a change right after could bear the same.
        is_settled: whether only a change from elsewhere to a run that has ended can make the rows wrong.
    """

    rows: list[Row]
    state: StateName
    stamp: str
    is_settled: bool


def stamp_of(folder: str | os.PathLike[str]) -> tuple[str, bool]:
    """Return a text that changes when files in a folder are written anew, and whether that was long enough ago for the next to be told apart.

    Raises:
        OSError: if the folder is gone or cannot be read.
    """
    # (Of ten thousand folders, a `Path` for each would take as long again.)
    about = os.stat(folder)  # noqa: PTH116
    # Every file of a run that the index reads is replaced as a whole, which changes the folder. Node and time of the node's change tell a copy from its original.
    stamp = f"{about.st_mtime_ns}-{about.st_ctime_ns}-{about.st_ino}"
    step = STEP_NS if about.st_mtime_ns % 1_000_000_000 else WHOLE_STEP_NS
    return stamp, abs(time.time_ns() - about.st_mtime_ns) > step


def see(run: RunFolder) -> Seen | None:
    """Read the folder of a run; None if it is gone."""
    try:
        stamp, is_old = stamp_of(run.path)
    except OSError:
        return None
    state = run.state().name
    recipe = None if state in ENDED_WELL else _recipe_of(run)
    owner = _storable(run.owner())
    shared = (
        stamp if is_old else "",
        recipe.kind if recipe is not None else _storable(run.kind()),
        _storable(run.key()),
        state,
        recipe.digest if recipe is not None else "",
        run.has_epochs(),
        (run.path / "events.jsonl").is_file(),
        None,
    )
    names = [(owner, True, run.name(), run.created())]
    wishes = run.wishes()
    names += [
        (_storable(visitor), False, name_in(wish, run.id), clean_time(wish.get("created")))
        for visitor, wish in ((visitor, wishes.get(visitor, {})) for visitor in dict.fromkeys(run.joined()))
    ]
    rows: list[Row] = [
        (run.id, visitor, is_owners, owner, name, name.casefold(), created, *shared)
        for visitor, is_owners, name, created in names
    ]
    return Seen(rows, state, stamp if is_old else "", is_old and state not in RESTLESS)


def _recipe_of(run: RunFolder) -> Recipe | None:
    try:
        return run.recipe()
    except MnistlabError:
        return None


def _storable(text: str) -> str:
    # JSON can hold half a character, which no database takes.
    return text.encode(errors="replace").decode()
