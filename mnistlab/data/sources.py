"""Where the digits come from: `MNISTLAB_DATA`, the Keras cache, an earlier download, else the embedded digits."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Literal

import numpy as np

from mnistlab.data import embedded
from mnistlab.data.digits import Digits, read_split
from mnistlab.errors import DataError
from mnistlab.recipes.training import DataName
from mnistlab.settings import settings

Split = Literal["train", "test"]
SIZES: dict[Split, int] = {"train": 60_000, "test": 10_000}
# Two sequences of embedded digits that share no digit.
EMBEDDED_SEEDS: dict[Split, int] = {"train": 1, "test": 2}


@dataclass(frozen=True)
class Source:
    """A set of digits that is at hand. `name` is the recipe's word for it, `title` the screen's."""

    name: DataName
    title: str
    path: Path | None = None


EMBEDDED = Source("embedded", "Embedded digits (drawn by a small generator network)")


def download_target() -> Path:
    """Return where a downloaded MNIST is kept."""
    return settings().home / "data" / "mnist.npz"


def find_mnist() -> Source | None:
    """Return where MNIST is, or None if it is nowhere on this machine.

    Raises:
        DataError: `MNISTLAB_DATA` is set, but there is no file; nothing else is used in its stead.
    """
    given = settings().data
    if given is not None:
        if not given.is_file():
            raise DataError(f"MNISTLAB_DATA names “{given.name}”, and there is no such file. Mend it, or unset it.")
        return Source("mnist", "MNIST (the file MNISTLAB_DATA names)", given)
    keras_home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    for title, path in (
        ("MNIST (from the Keras cache)", keras_home / "datasets" / "mnist.npz"),
        ("MNIST (downloaded)", download_target()),
    ):
        if path.is_file():
            return Source("mnist", title, path)
    return None


def digits(name: DataName, split: Split) -> Digits:
    """Return all digits of one split.

    Raises:
        DataError: MNIST is asked for and cannot be read.
    """
    return _embedded(split) if name == "embedded" else _mnist(_mnist_source(), split)


def first_digits(name: DataName, split: Split, count: int) -> Digits:
    """Return the first `count` digits of one split; of embedded ones no more are drawn than that.

    Raises:
        DataError: MNIST is asked for and cannot be read.
    """
    if name == "embedded":
        # A digit depends on seed and place alone, so these are the first of the whole set.
        return _drawn(split, count)
    whole = digits(name, split)
    return Digits(whole.images[:count], whole.labels[:count])


_drawing = Lock()


def _mnist_source() -> Path:
    source = find_mnist()
    if source is None or source.path is None:
        raise DataError(
            "MNIST is not on this machine. Set MNISTLAB_DATA to an mnist.npz, fetch it on the page Lab, "
            "or choose the embedded digits."
        )
    return source.path


@lru_cache(maxsize=2)
def _mnist(path: Path, split: Split) -> Digits:
    return read_split(path, split)


def _embedded(split: Split) -> Digits:
    # Drawing them takes seconds; whoever else asks meanwhile waits for the same.
    with _drawing:
        return _drawn(split, SIZES[split])


# Both whole sets, and the first few of either.
@lru_cache(maxsize=4)
def _drawn(split: Split, count: int) -> Digits:
    # Every digit equally often, in an order that repeats: any first n digits are balanced.
    labels = (np.arange(count) % 10).astype(np.uint8)
    return Digits(embedded.sample_digits(labels, EMBEDDED_SEEDS[split]), labels)
