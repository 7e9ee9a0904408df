"""Short answers, cached for all visitors of this process within a limit of memory."""

from collections.abc import Callable
from dataclasses import is_dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from mnistlab.keeping import Recent

Layers = dict[str, NDArray[np.float32]]
Shared = TypeVar("Shared")
MOST_BYTES = 20_000_000
# Size of a number or a short text.
OBJECT_BYTES = 64


def known(key: str) -> Any:
    """Return the cached answer to a question; None if there is none."""
    return _answers.find(key)


def kept_here(key: str, read: Callable[[], Shared]) -> Shared:
    """Return the result of `read`, cached for all visitors."""
    shared: Shared = _answers.get(key, read)
    return shared


def keep(key: str, answer: Any) -> None:
    """Cache an answer for all visitors; the least recently used answers are removed."""
    _answers.keep(key, answer)


def _size(answer: Any) -> int:
    """Return the approximate size of an answer in bytes."""
    if isinstance(answer, np.ndarray):
        return answer.nbytes
    # (Pictures are kept as they go to the browser, half a megabyte of text each.)
    if isinstance(answer, str | bytes):
        return OBJECT_BYTES + len(answer)
    if is_dataclass(answer) and not isinstance(answer, type):
        answer = vars(answer)
    parts = answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list | tuple) else ()
    return OBJECT_BYTES + sum(_size(part) for part in parts)


_answers: Recent[Any] = Recent(MOST_BYTES, _size)
