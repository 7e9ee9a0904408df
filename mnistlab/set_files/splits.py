"""Arrays with names -> which are the pictures and labels to train on, and which those to test with: by the words in their names and by their shapes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mnistlab.recipes.data_sets import MOST_CLASSES, Split
from mnistlab.set_files.parts import UnreadableError

SIDE, PIXELS = 28, 28 * 28
# Words that say what an array is for; what is left out where there is a test set as well comes last.
WORDS: tuple[tuple[str, Split], ...] = (("train", "train"), ("test", "test"), ("t10k", "test"))
BESIDE = re.compile(r"(?<![a-z])[xy]?_?(val|valid|validation|dev)(?![a-z])")
MOST_NAMED = 300


class Array(Protocol):
    """What is known of an array before it is read."""

    @property
    def name(self) -> str:
        """Its name in the file."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape, the digits first."""
        ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of its numbers."""
        ...

    def portions(self) -> Iterator[NDArray[Any]]:
        """Yield its rows, some at a time."""
        ...


@dataclass
class Sorted:
    """Pictures and labels, by split; "" is a single one of which a part is to be taken for tests.

    Attributes:
        pairs: pictures and labels of each split.
        names: names of the classes, where the files say them.
        notes: sentences about what was left out.
    """

    pairs: dict[str, tuple[Array, Array]] = field(default_factory=dict)
    names: Array | None = None
    notes: list[str] = field(default_factory=list)


def split_of(path: str) -> str:
    """Return "train", "test", "beside" for a validation set, or "" by the words in a name; if there are none, by those of the folders it is in."""
    above, _, name = path.lower().rpartition("/")
    for word, split in WORDS:
        if word in name:
            return split
    if BESIDE.search(name):
        return "beside"
    return split_of(above) if above else ""


def is_pictures(array: Array) -> bool:
    """Return whether an array has the shape of 28×28 grey pictures."""
    shape = array.shape
    sides = tuple(side for side in shape[1:] if side != 1)
    return array.dtype.kind in "biuf" and (sides == (SIDE, SIDE) or sides == (PIXELS,))


def is_labels(array: Array) -> bool:
    """Return whether an array has the shape of labels: numbers or texts, or a row with a one for each picture."""
    shape = array.shape
    return len(shape) == 1 or (len(shape) == 2 and shape[1] <= MOST_CLASSES and array.dtype.kind in "biuf")


def sort_arrays(arrays: Sequence[Array]) -> Sorted:
    """Find pictures and labels among arrays.

    Raises:
        UnreadableError: there are none, or which belong together cannot be told.
    """
    if len(arrays) > MOST_NAMED:
        raise UnreadableError(f"These files hold {len(arrays)} arrays, far more than a set of digits has.")
    pictures = [array for array in arrays if is_pictures(array)]
    others = [array for array in arrays if not is_pictures(array) and is_labels(array)]
    if not pictures:
        raise UnreadableError(_no_pictures(arrays))
    found = Sorted()
    lengths = {array.shape[0] for array in pictures}
    for array in [one for one in others if one.dtype.kind in "US" and one.shape[0] not in lengths]:
        found.names = array
        others.remove(array)
    by_split: dict[str, list[Array]] = {}
    for array in pictures:
        by_split.setdefault(split_of(array.name), []).append(array)
    labels: dict[str, list[Array]] = {}
    for array in others:
        labels.setdefault(split_of(array.name), []).append(array)
    if set(by_split) == {""} and len(by_split[""]) == 2:
        _unnamed(found, by_split[""], others)
    else:
        for split, group in by_split.items():
            found.pairs[split] = _pair(split, group, labels.get(split, []))
    return _with_test(found)


def _unnamed(found: Sorted, pictures: list[Array], labels: list[Array]) -> None:
    """Pair two pictures arrays that no word tells apart: the larger is for training."""
    first, second = sorted(pictures, key=lambda array: -array.shape[0])
    for split, array in (("train", first), ("test", second)):
        fitting = [one for one in labels if one.shape[0] == array.shape[0]]
        if len(fitting) > 1:
            # Of equal lengths: in the order of the file.
            fitting = [fitting[("train", "test").index(split)]]
        found.pairs[split] = _pair(split, [array], fitting)


def _pair(split: str, pictures: list[Array], labels: list[Array]) -> tuple[Array, Array]:
    word = {"train": " for training", "test": " for tests", "beside": " for validation"}.get(split, "")
    if len(pictures) > 1:
        names = ", ".join(f"“{array.name[:30]}”" for array in pictures[:3])
        raise UnreadableError(
            f"Which pictures{word} are meant cannot be told: {names}. Leave one, or name them x_train and x_test."
        )
    fitting = [array for array in labels if array.shape[0] == pictures[0].shape[0]]
    if not fitting:
        if labels:
            raise UnreadableError(
                f"There are {pictures[0].shape[0]:,} pictures{word} and {labels[0].shape[0]:,} labels; each picture needs one."
            )
        raise UnreadableError(f"The pictures{word} have no labels; bring the file with their classes as well.")
    if len(fitting) > 1:
        # Beside the class there may be a group it belongs to; what is called a label is meant.
        called = [
            array for array in fitting if any(word in array.name.lower() for word in ("label", "y", "target", "class"))
        ]
        fitting = called or fitting
    return pictures[0], fitting[0]


def _with_test(found: Sorted) -> Sorted:
    beside = found.pairs.pop("beside", None)
    if beside is not None:
        if "test" in found.pairs or not found.pairs:
            found.notes.append("The pictures for validation were left out; those for tests are used.")
        else:
            found.pairs["test"] = beside
    if not found.pairs:
        raise UnreadableError("There are only pictures for validation here; name them x_train and x_test.")
    if set(found.pairs) == {"", "test"}:
        found.pairs["train"] = found.pairs.pop("")
    if set(found.pairs) != {"train", "test"}:
        # One split only, whatever it is called; or one without a word beside one for training, which is then for tests.
        single = next(iter(found.pairs.values()))
        found.pairs = (
            {"train": found.pairs["train"], "test": found.pairs[""]} if len(found.pairs) == 2 else {"": single}
        )
    return found


def _no_pictures(arrays: Sequence[Array]) -> str:
    largest = max(arrays, key=lambda array: int(np.prod(array.shape, dtype=object) or 0), default=None)
    if largest is None:
        return "There are no digits in what was brought: an .npz, .npy, IDX or CSV file, or pictures in a folder for each class."
    shape = "×".join(f"{side:,}" for side in largest.shape[:6])
    if len(largest.shape) == 4 and largest.shape[-1] in (3, 4):
        return f"The pictures in “{largest.name[:40]}” are coloured ({shape}); grey ones of 28×28 are read."
    return f"There are no pictures of 28×28 in what was brought; “{largest.name[:40]}” is {shape}."
