"""A file of numbers, NumPy's or IDX -> its shape and type, and its rows in portions: no more of it is in memory than is looked at."""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.set_files.parts import MOST_UNPACKED, Part, UnreadableError

NPY = b"\x93NUMPY"
# Of an npy's header, which is Python's text for a dictionary of three.
MOST_HEADER = 10_000
# Numbers of a portion: several times as many bytes are needed to convert it.
PORTION = 1_000_000
MOST_AXES = 5
IDX_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


@dataclass(frozen=True)
class Stored:
    """An array in a file.

    Attributes:
        part: the file.
        shape: of the array, the digits first.
        dtype: of its numbers.
        start: where in the file they begin.
        in_columns: whether the first axis runs fastest, as in Fortran.
    """

    part: Part
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    start: int
    in_columns: bool = False

    @property
    def name(self) -> str:
        """The name of the array: that of its file, without its ending."""
        return self.part.name.removesuffix(".npy")

    def portions(self) -> Iterator[NDArray[Any]]:
        """Yield its rows, some at a time."""
        row = math.prod(self.shape[1:]) * self.dtype.itemsize
        at_once, left = max(1, PORTION // max(math.prod(self.shape[1:]), 1)), self.shape[0]
        if self.in_columns:
            # A row is all over the file.
            numbers = np.frombuffer(self.part.whole(), self.dtype, math.prod(self.shape), self.start)
            yield numbers.reshape(self.shape, order="F")
            return
        with self.part.open() as file:
            file.read(self.start)
            while left:
                count = min(at_once, left)
                content = file.read(count * row)
                if len(content) < count * row:
                    raise UnreadableError(f"{self.part.short} is cut short: it ends before its numbers do.")
                yield np.frombuffer(content, self.dtype).reshape(count, *self.shape[1:])
                left -= count

    def whole(self) -> NDArray[Any]:
        """Return all of it."""
        return np.concatenate(list(self.portions())) if self.shape[0] else np.empty(self.shape, self.dtype)


@dataclass(frozen=True)
class Made:
    """An array that is in memory. `name`: as that of an array in a file."""

    name: str
    values: NDArray[Any]

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        return self.values.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Its type."""
        return self.values.dtype

    def portions(self) -> Iterator[NDArray[Any]]:
        """Yield all of it."""
        yield self.values

    def whole(self) -> NDArray[Any]:
        """Return all of it."""
        return self.values


def stored_array(part: Part) -> Stored | None:
    """Return the array in a file; None if it is neither NumPy's nor IDX.

    Raises:
        UnreadableError: it holds something else than numbers or texts, or claims to be larger than the file.
    """
    head = part.head(MOST_HEADER + 20)
    if head.startswith(NPY):
        stored = _npy(part, head)
        # A single number or text says something about the set, and is none of it.
        return stored if stored.shape else None
    if head[:2] == b"\0\0" and len(head) >= 8 and head[2] in IDX_TYPES and 1 <= head[3] <= MOST_AXES:
        axes, start = head[3], 4 + 4 * head[3]
        shape = tuple(int.from_bytes(head[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(axes))
        return _checked(part, shape, np.dtype(IDX_TYPES[head[2]]), start)
    return None


def _npy(part: Part, head: bytes) -> Stored:
    file = io.BytesIO(head)
    try:
        version = np.lib.format.read_magic(file)
        reader = {1: np.lib.format.read_array_header_1_0, 2: np.lib.format.read_array_header_2_0}[version[0]]
        shape, in_columns, dtype = reader(file, max_header_size=MOST_HEADER)
    except Exception:  # it parses Python's text, and raises whatever that raises
        raise UnreadableError(f"{part.short} is damaged: its header cannot be read.") from None
    if dtype.hasobject:
        raise UnreadableError(
            f"“{part.short.removesuffix('.npy')}” holds Python objects (a pickle), which are not read, since they can run programs; "
            "save plain numbers or texts."
        )
    return _checked(part, shape, dtype, file.tell(), in_columns and len(shape) > 1)


def _checked(part: Part, shape: tuple[int, ...], dtype: np.dtype[Any], start: int, in_columns: bool = False) -> Stored:
    if dtype.kind not in "biufUS" or dtype.itemsize > 1_000:
        raise UnreadableError(f"{part.short} holds neither numbers nor texts ({dtype!s:.40}).")
    # Python's numbers, which do not run over.
    size = math.prod(int(side) for side in shape) * int(dtype.itemsize)
    if len(shape) > MOST_AXES or min(shape, default=0) < 0 or size > MOST_UNPACKED:
        raise UnreadableError(f"{part.short} claims to be larger than is read ({_shape(shape)}).")
    if size > part.size - start:
        raise UnreadableError(f"{part.short} is cut short: it claims to hold {_shape(shape)}, and there is less.")
    return Stored(part, tuple(int(side) for side in shape), dtype, start, in_columns)


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(f"{side:,}" for side in shape[:6])[:80]
