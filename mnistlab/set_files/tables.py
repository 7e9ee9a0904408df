"""A table as text, a digit a line, as Kaggle has MNIST -> its labels as texts, and its grey values in portions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.set_files.arrays import Made
from mnistlab.set_files.parts import Part, UnreadableError
from mnistlab.set_files.splits import PIXELS

# A line of 784 numbers with 20 digits each, and some room.
LONGEST_LINE = 30_000
# Lines read at a time.
PORTION = 2_000
LABEL = ("label", "class", "target", "y", "digit")
LONGEST_LABEL = 60
# Digits of a grey value; and lines of a table, four times as many as MNIST has.
LONGEST_BYTE, MOST_LINES = 3, 300_000


@dataclass(frozen=True)
class Table:
    """A table as text. `label`: the place of the label in a line, 0 or -1; `skip`: lines before the first digit; `count`: digits in it."""

    part: Part
    separator: bytes
    label: int
    skip: int
    count: int

    def labels(self) -> Made:
        """Return the labels as an array."""
        found = np.array([self._parted(line)[0].decode("utf-8", "replace") for line in self._lines()])
        return Made(f"y_{self.part.short}", found)

    def pictures(self) -> "TablePictures":
        """Return the grey values as an array that reads itself in portions."""
        return TablePictures(f"x_{self.part.short}", self)

    def rows(self) -> Iterator[NDArray[Any]]:
        """Yield grey values (lines, 784), some lines at a time."""
        lines: list[bytes] = []
        for line in self._lines():
            lines.append(self._parted(line)[1])
            if len(lines) == PORTION:
                yield self._numbers(lines)
                lines = []
        if lines:
            yield self._numbers(lines)

    def _lines(self) -> Iterator[bytes]:
        skip = self.skip
        with self.part.open() as file:
            while line := file.readline(LONGEST_LINE + 1):
                if skip:
                    skip -= 1
                elif line.strip():
                    yield line.strip()

    def _parted(self, line: bytes) -> tuple[bytes, bytes]:
        label, _, rest = line.partition(self.separator) if self.label == 0 else line.rpartition(self.separator)[::-1]
        return label.strip(b' "')[:LONGEST_LABEL], rest

    def _numbers(self, lines: list[bytes]) -> NDArray[Any]:
        text = self.separator.join(lines).replace(b'"', b"")
        found = _bytes_of(text, self.separator)
        if found is None:
            try:
                found = np.array(text.split(self.separator), dtype="S24").astype(np.float64)
            except ValueError:
                raise UnreadableError(
                    f"{self.part.short} holds something else than a number among its grey values."
                ) from None
        return found.reshape(len(lines), PIXELS)


def _bytes_of(text: bytes, separator: bytes) -> NDArray[np.int16] | None:
    """Return whole numbers of at most three digits, ten times as fast as any other number; None if there are others."""
    letters = np.frombuffer(text + separator, np.uint8)
    ends = np.flatnonzero(letters == separator[0])
    lengths = np.diff(ends, prepend=-1) - 1
    # What comes before "0" becomes a large number, as all is of one byte.
    digits = letters - np.uint8(ord("0"))
    digits[ends] = 0
    if lengths.min() < 1 or lengths.max() > LONGEST_BYTE or digits.max() > 9:
        return None
    numbers = digits[ends - 1].astype(np.int16)
    for place in range(1, LONGEST_BYTE):
        numbers += np.int16(10**place) * digits[np.maximum(ends - 1 - place, 0)] * (lengths > place)
    return numbers


@dataclass(frozen=True)
class TablePictures:
    """The grey values of a table."""

    name: str
    table: Table

    @property
    def shape(self) -> tuple[int, ...]:
        """(digits, 784)."""
        return (self.table.count, PIXELS)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Whatever number the text says."""
        return np.dtype(np.float64)

    def portions(self) -> Iterator[NDArray[Any]]:
        """Yield its rows, some at a time."""
        return self.table.rows()


def table_of(part: Part) -> Table | None:
    """Return the table in a file; None if it is no text of columns.

    Raises:
        UnreadableError: it is one, but not of a label and 784 grey values a line.
    """
    head = part.head(2 * LONGEST_LINE).removeprefix(b"\xef\xbb\xbf")
    first, _, rest = head.partition(b"\n")
    if b"\0" in head or not first.strip():
        return None
    separator = max((b",", b";", b"\t"), key=first.count)
    columns = first.count(separator) + 1
    if columns < 2:
        return None
    if len(first) > LONGEST_LINE or columns != PIXELS + 1:
        counted = "far too many" if len(first) >= LONGEST_LINE else f"{columns:,}"
        more = " It has no labels, as Kaggle's test.csv; the file with labels is needed." if columns == PIXELS else ""
        raise UnreadableError(
            f"{part.short} has {counted} columns; a digit is a line of its label and 28×28 = 784 grey values.{more}"
        )
    names = [name.strip(b' "\r').lower().decode("utf-8", "replace") for name in first.split(separator)]
    is_header = not _is_number(names[-1]) or not _is_number(names[1])
    skip, label = int(is_header), 0
    if is_header and names[-1] in LABEL and names[0] not in LABEL:
        label = -1
    elif not is_header and not _is_number(names[0]) and not rest:
        return None
    count = _counted(part, separator) - skip
    if count < 1:
        raise UnreadableError(f"{part.short} holds a line with names and no digit.")
    return Table(part, separator, label, skip, count)


def _counted(part: Part, separator: bytes) -> int:
    """Return how many lines a table has, each of a label and 784 grey values."""
    count = 0
    with part.open() as file:
        while line := file.readline(LONGEST_LINE + 1):
            if not line.strip():
                continue
            count += 1
            if (columns := line.count(separator) + 1) != PIXELS + 1 or count > MOST_LINES:
                said = f"line {count:,} of {part.short} has {columns:,} columns instead of {PIXELS + 1}, the label and 28×28 grey values"
                raise UnreadableError(f"This is no table of digits: {said}.")
    return count


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
