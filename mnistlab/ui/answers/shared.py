"""Short answers, shared by all visitors of this process within a limit of memory."""

from collections.abc import Callable
from dataclasses import is_dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from mnistlab.keeping import Recent

Layers = dict[str, NDArray[np.float32]]
Found = TypeVar("Found")
MOST_BYTES = 20_000_000
# What a number or a short text takes.
OBJECT_BYTES = 64


def known(key: str) -> Any:
    """Return the answer to a question, asked by whomever; None where there is none."""
    return _answers.find(key)


def kept_here(key: str, read: Callable[[], Found]) -> Found:
    """Return what `read` reads from disk, read once for all visitors as long as it is in use."""
    found: Found = _answers.get(key, read)
    return found


def keep(key: str, found: Any) -> None:
    """Keep an answer for all visitors, driving out those that nobody has looked at for longest."""
    _answers.keep(key, found)


def _size(found: Any) -> int:
    """Return about how many bytes an answer takes."""
    if isinstance(found, np.ndarray):
        return found.nbytes
    if is_dataclass(found) and not isinstance(found, type):
        found = vars(found)
    parts = found.values() if isinstance(found, dict) else found if isinstance(found, list | tuple) else ()
    return OBJECT_BYTES + sum(_size(part) for part in parts)


_answers: Recent[Any] = Recent(MOST_BYTES, _size)
