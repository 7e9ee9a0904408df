"""Files with digits -> what a process that may do nothing else finds in them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from mnistlab.confined import run_confined
from mnistlab.data.digits import Digits
from mnistlab.errors import DataError
from mnistlab.recipes.data_sets import MOST_DIGITS
from mnistlab.set_files import extract
from mnistlab.set_files.parts import CLUTTER, MOST_PARTS
from mnistlab.set_files.splits import SIDE

# One set at a time: a class that brings its sets at once must not take the memory of thirty.
# Until it is kept: what was read is as large as the set.
one_at_a_time = RLock()
TOO_LARGE = f"These files are too large: at most {extract.MOST_FILE_BYTES // 1_000_000} MB are read."


@dataclass(frozen=True, eq=False)
class Contents:
    """A set of digits as files have it. `notes`: sentences about what was changed or left out."""

    train: Digits
    test: Digits
    classes: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Wishes:
    """What is to be done with a set. `classes`: names of its classes; empty: as the files have them; `invert`: dark is bright; `transpose`: rows are columns."""

    classes: tuple[str, ...] = ()
    invert: bool = False
    transpose: bool = False


AS_IT_IS = Wishes()


def contents_of(files: Sequence[tuple[str, bytes]], wishes: Wishes = AS_IT_IS) -> Contents:
    """Return the digits in files, by name and content.

    Raises:
        DataError: they hold no digits, are damaged or too large.
    """
    if sum(len(content) for _, content in files) > extract.MOST_FILE_BYTES:
        raise DataError(TOO_LARGE)
    if not files:
        raise DataError("There is no file here to read digits from.")
    if not any(content for _, content in files):
        raise DataError("There is nothing in this file; it is empty.")
    header = {
        "files": [(name, len(content)) for name, content in files],
        "classes": wishes.classes,
        "invert": wishes.invert,
        "transpose": wishes.transpose,
    }
    content = b"".join([json.dumps(header).encode(), b"\n", *(content for _, content in files)])
    with one_at_a_time:
        said, rest = run_confined(extract.__name__, content, DataError)
    values, parts = np.frombuffer(rest, np.uint8), []
    for split in ("train", "test"):
        count = said[split]
        assert count <= MOST_DIGITS["train" if split == "train" else "test"]
        parts.append(Digits(values[: count * SIDE**2].reshape(count, SIDE, SIDE), _labels(values, count)))
        values = values[count * (SIDE**2 + 1) :]
    return Contents(parts[0], parts[1], tuple(said["classes"]), tuple(said["notes"]))


def _labels(values: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    return values[count * SIDE**2 : count * (SIDE**2 + 1)]


def files_at(path: Path) -> list[tuple[str, bytes]]:
    """Return the files at a path, of a folder all in it: each with its path from there, and its content. Nothing outside of it is followed.

    Raises:
        DataError: there is nothing, or too much of it.
    """
    found: list[tuple[str, bytes]] = []
    left = extract.MOST_FILE_BYTES
    try:
        if path.is_dir():
            root = path.resolve()
            paths = sorted(one for one in path.rglob("*") if one.is_file() and one.resolve().is_relative_to(root))
        else:
            paths = [path, *beside(path)]
        if len(paths) > MOST_PARTS:
            raise DataError(f"There are too many files in {path.name}: at most {MOST_PARTS:,} are read.")
        for one in paths:
            name = one.relative_to(path).as_posix() if path.is_dir() else one.name
            if CLUTTER.search(name):
                continue
            with one.open("rb") as file:
                content = file.read(left + 1)
            left -= len(content)
            if left < 0:
                raise DataError(TOO_LARGE)
            found.append((name, content))
    except OSError as error:
        raise DataError(f"{path.name} cannot be read ({error.strerror}).") from None
    return found


def beside(path: Path) -> list[Path]:
    """Return the files that belong to one because their names say so: labels to pictures, a test set to a training set.

    `x.npy` has `y.npy` beside it, `train-images-idx3-ubyte` three others, `mnist_train.csv` a `mnist_test.csv`.
    """
    if not path.parent.is_dir():
        return []
    near = _spellings(path.name)
    words = sorted(near.union(*map(_spellings, near)) - {path.name})
    return [other for word in words if (other := path.with_name(word)).is_file()]


# What stands in the name of one file instead of what stands in that of the other.
PAIRS = (
    ("images-idx3", "labels-idx1"),
    ("images.idx3", "labels.idx1"),
    ("train", "t10k"),
    ("train", "test"),
    ("images", "labels"),
    ("imgs", "labels"),
    ("x_", "y_"),
    ("X_", "y_"),
    ("_x.", "_y."),
    ("_X.", "_y."),
)


def _spellings(name: str) -> set[str]:
    """Return the names that differ from one by one word of a pair."""
    if name in ("x.npy", "X.npy"):
        return {"y.npy"}
    if name == "y.npy":
        return {"x.npy", "X.npy"}
    return {
        name.replace(*pair) for first, second in PAIRS for pair in ((first, second), (second, first)) if pair[0] in name
    }
