"""Labels as they stand in files -> numbers from 0, and the names of the classes."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.recipes.data_sets import LEAST_CLASSES, MOST_CLASSES
from mnistlab.set_files.parts import UnreadableError
from mnistlab.set_files.splits import Array

LONGEST_NAME = 40
NUMBER = re.compile(r"-?[0-9]{1,9}(\.0*)?")
# Of the numbers from 0 to the largest, so many must be there; else they are codes, not numbers of classes.
LEAST_SHARE = 0.5


def read_labels(array: Array) -> NDArray[Any]:
    """Return the label of each digit: whole numbers or texts; a row with a one becomes its place.

    Raises:
        UnreadableError: they are no labels.
    """
    if array.shape[0] == 0:
        raise UnreadableError(f"“{array.name[:40]}” is empty.")
    return np.concatenate([_column(part, array.name[:40]) for part in array.portions()])


def _column(values: NDArray[Any], name: str) -> NDArray[Any]:
    if values.dtype.kind in "US":
        return np.array([_text(value) for value in values.ravel().tolist()])
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise UnreadableError(f"“{name}” holds a label that is no finite number.")
    if values.ndim == 2 and values.shape[1] > 1:
        at = values.argmax(axis=1)
        if not ((values == values.max(axis=1, keepdims=True)).sum(axis=1) == 1).all():
            raise UnreadableError(f"“{name}” has a row for each digit, but not a single largest number in each.")
        return np.asarray(at)
    values = values.ravel()
    whole = np.rint(values).astype(np.int64) if values.dtype.kind == "f" and np.abs(values).max() < 1e9 else values
    if values.dtype.kind == "f" and not np.array_equal(whole, values):
        raise UnreadableError(
            f"“{name}” holds labels that are no whole numbers, such as {float(values[whole != values][0]):g}."
        )
    return whole.astype(np.int64)


def numbered(
    by_split: dict[str, NDArray[Any]], given: Sequence[str]
) -> tuple[dict[str, NDArray[np.uint8]], tuple[str, ...], list[str]]:
    """Return the labels from 0, the names of the classes, and a sentence about what was changed.

    Arguments:
        by_split: labels of each split, all numbers or all texts.
        given: names of the classes that the file or the visitor gives; empty: none.

    Raises:
        UnreadableError: there are too few classes or too many.
    """
    labels = {split: _as_numbers(values) for split, values in by_split.items()}
    if any(values is None for values in labels.values()):
        texts = {split: np.array([_text(value) for value in values.tolist()]) for split, values in by_split.items()}
        names = sorted({str(name) for values in texts.values() for name in np.unique(values)}, key=_natural)
        _check_count(len(names))
        places = {name: place for place, name in enumerate(names)}
        found = {
            split: np.array([places[text] for text in values.tolist()], np.uint8) for split, values in texts.items()
        }
        return found, *_named(names, given)
    numbers = {split: values for split, values in labels.items() if values is not None}
    present = np.unique(np.concatenate(list(numbers.values())))
    _check_count(len(present))
    least, largest = int(present[0]), int(present[-1])
    if least == 0 and largest < MOST_CLASSES and len(present) >= LEAST_SHARE * (largest + 1):
        missing = [str(label) for label in range(largest + 1) if label not in present]
        said = [f"There is no digit of class {', '.join(missing[:8])}."] if missing else []
        names = [str(label) for label in range(largest + 1)]
        called, more = _named(names, given)
        return {split: values.astype(np.uint8) for split, values in numbers.items()}, called, [*said, *more]
    found = {split: np.searchsorted(present, values).astype(np.uint8) for split, values in numbers.items()}
    called, more = _named([str(label) for label in present], given)
    kept = ", and each class keeps its number as name" if more or not given else ""
    counted = f"The labels run from {least} to {largest}; here they are counted from 0{kept}."
    return found, called, [counted, *more]


def _as_numbers(values: NDArray[Any]) -> NDArray[np.int64] | None:
    if values.dtype.kind != "U":
        return values.astype(np.int64)
    distinct = np.unique(values)
    if not all(NUMBER.fullmatch(str(text)) for text in distinct):
        return None
    return np.array([int(float(text)) for text in distinct], np.int64)[np.searchsorted(distinct, values)]


def _named(names: Sequence[str], given: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return the names of the classes, those that are given if they fit; and a sentence if they do not."""
    cleaned = [_text(name)[:LONGEST_NAME] for name in given]
    fit = len(cleaned) == len(names) and all(cleaned) and len(set(cleaned)) == len(cleaned)
    said = []
    if cleaned and not fit:
        same = "one of them is empty or there twice" if len(cleaned) == len(names) else f"there are {len(names)}"
        said = [f"The {len(cleaned)} names given do not fit the classes ({same}); others are used."]
    return tuple(name[:LONGEST_NAME] or "(no name)" for name in (cleaned if fit else names)), said


def _text(value: Any) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _natural(name: str) -> list[tuple[int, str]]:
    """Sort "class 10" behind "class 9"."""
    return [
        (int(part), "") if part.isdecimal() and len(part) < 9 else (-1, part) for part in re.split(r"([0-9]+)", name)
    ]


def _check_count(count: int) -> None:
    if count < LEAST_CLASSES:
        raise UnreadableError("All digits are of one class; a network needs two at least to tell apart.")
    if count > MOST_CLASSES:
        raise UnreadableError(f"There are {count:,} classes; at most {MOST_CLASSES} are known here.")
