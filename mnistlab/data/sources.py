"""Where the digits of a set come from: `MNISTLAB_DATA`, the Keras cache, an earlier download, or a generator."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np

from mnistlab import brought_sets
from mnistlab.data import embedded
from mnistlab.data.brought import brought_digits
from mnistlab.data.digits import Digits, read_split
from mnistlab.errors import DataError
from mnistlab.recipes.data_sets import (
    DATA_SETS,
    DIGITS,
    EMBEDDED,
    MNIST,
    DataName,
    DataSet,
    Split,
    data_set,
    is_brought,
)
from mnistlab.settings import account_home, settings

# Two sequences of embedded digits that share no digit.
EMBEDDED_SEEDS: dict[Split, int] = {"train": 1, "test": 2}


@dataclass(frozen=True)
class Source:
    """A set that is at hand. `title`: the set's, and where it was found; `path`: of its file, if it has one."""

    set: DataSet
    title: str
    path: Path | None = None

    @property
    def name(self) -> DataName:
        """The set's name in recipes."""
        return self.set.name


def download_target(wanted: DataSet = MNIST) -> Path:
    """Return where the downloaded file of a set is kept."""
    assert wanted.file is not None
    return settings().home / "data" / wanted.file.name


def keras_folder() -> Path | None:
    """Return the folder of Keras' settings and cache; None if this account has no home folder."""
    named, home = os.environ.get("KERAS_HOME"), account_home()
    if named:
        return Path(named)
    return None if home is None else home / ".keras"


def find_source(wanted: DataSet) -> Source | None:
    """Return where a set is, or None if it is nowhere on this machine.

    Raises:
        DataError: `MNISTLAB_DATA` is set, but there is no file; nothing else is used in its stead.
    """
    if wanted.is_brought:
        known = brought_sets.known_set(wanted.name)
        return (
            Source(known, known.title, brought_sets.folder_of(wanted.name))
            if brought_sets.is_here(wanted.name)
            else None
        )
    if wanted.file is None:
        return Source(wanted, wanted.title)
    given = settings().data if wanted.file.from_settings else None
    if given is not None and given.is_dir():
        # One of several sets in it; where it is not among them, it is looked for as if there were no setting.
        given = inside if (inside := given / wanted.file.name).is_file() else None
    if given is not None and brought_sets.taken_up(given) is None:
        if not given.is_file():
            raise DataError(f"MNISTLAB_DATA names “{given.name}”, and there is no such file. Mend it, or unset it.")
        return Source(wanted, f"{wanted.title} (from MNISTLAB_DATA)", given)
    keras_home = keras_folder()
    for where, path in (
        ("from the Keras cache", keras_home and keras_home / "datasets" / wanted.file.name),
        ("downloaded", download_target(wanted)),
    ):
        if path is not None and path.is_file():
            return Source(wanted, f"{wanted.title} ({where})", path)
    return None


def source_in_use() -> tuple[Source, str]:
    """Return the first set that is at hand, and a sentence if it is not the one that was asked for."""
    complaint = ""
    if (given := _given_set()) is not None:
        return given, ""
    for wanted in DATA_SETS:
        try:
            source = find_source(wanted)
        except DataError as error:
            complaint = str(error)
            continue
        if source is not None:
            return source, complaint
    raise AssertionError("the last set needs no file")


def _given_set() -> Source | None:
    """Return the set that MNISTLAB_DATA names instead of MNIST, if the network that comes with mnistlab tells as many classes apart."""
    path = settings().data
    name = None if path is None or path.is_dir() else brought_sets.taken_up(path)
    if name is None or len(data_set(name).classes) != len(DIGITS):
        return None
    found = find_source(data_set(name))
    return found and Source(found.set, f"{found.title} (from MNISTLAB_DATA)", found.path)


def data_at_hand() -> DataName:
    """Return the set that pages show.

    Raises:
        DataError: `MNISTLAB_DATA` names no file.
    """
    source, complaint = source_in_use()
    if complaint:
        raise DataError(complaint)
    return source.name


def data_of(network_data: DataName | None) -> DataName:
    """Return the set that says something about a network: what it learned from if somebody brought that, else the one at hand.

    Raises:
        DataError: as `data_at_hand`.
    """
    if network_data is not None and is_brought(network_data) and brought_sets.is_here(network_data):
        return network_data
    return data_at_hand()


def digits(name: DataName, split: Split) -> Digits:
    """Return all digits of one split.

    Raises:
        DataError: the set's file is asked for and cannot be read.
    """
    wanted = data_set(name)
    if wanted.is_brought:
        return brought_digits(name, split)
    return _all_drawn(wanted, split) if wanted.draws else _read(_path(wanted), wanted, split)


def first_digits(name: DataName, split: Split, count: int) -> Digits:
    """Return the first `count` digits of one split; of a set that is drawn no more are drawn than that.

    Raises:
        DataError: the set's file is asked for and cannot be read.
    """
    wanted = data_set(name)
    if wanted.draws:
        # A digit depends on seed and place alone, so these are the first of the whole set.
        return _drawn(wanted, split, count)
    whole = digits(name, split)
    return Digits(whole.images[:count], whole.labels[:count])


_drawing = Lock()


def _path(wanted: DataSet) -> Path:
    source = find_source(wanted)
    if source is None or source.path is None:
        way = "Set MNISTLAB_DATA to an mnist.npz, fetch it on the page Lab, or choose" if wanted is MNIST else "Choose"
        raise DataError(f"{wanted.title} is not on this machine. {way} the embedded digits.")
    return source.path


@lru_cache(maxsize=2)
def _read(path: Path, wanted: DataSet, split: Split) -> Digits:
    return read_split(path, wanted, split)


def _all_drawn(wanted: DataSet, split: Split) -> Digits:
    # Drawing them takes seconds; whoever else asks meanwhile waits for the same.
    with _drawing:
        return _drawn(wanted, split, wanted.size(split))


# Both whole sets, and the first few of either.
@lru_cache(maxsize=4)
def _drawn(wanted: DataSet, split: Split, count: int) -> Digits:
    assert wanted.name == EMBEDDED.name, "there is one generator"
    # Every class equally often, in an order that repeats: any first n digits are balanced.
    labels = (np.arange(count) % len(wanted.classes)).astype(np.uint8)
    return Digits(embedded.sample_digits(labels, EMBEDDED_SEEDS[split]), labels)
