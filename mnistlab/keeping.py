"""Results of pure functions of arrays, kept within a limit of bytes: computed once, however many threads ask at the same time.

`functools.lru_cache` takes no arrays, counts results instead of bytes, and lets thirty visitors who come at once compute thirty times.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

import numpy as np

Given = ParamSpec("Given")
Found = TypeVar("Found", bound=Any)


def kept(most_bytes: int) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """Keep the results (bytes, text or an array) of a function of arrays and plain values; do not change them.

    Arguments:
        most_bytes: of all results together; those asked for longest ago go first.
    """

    def decorate(function: Callable[Given, Found]) -> Callable[Given, Found]:
        known: OrderedDict[bytes, Future[Found]] = OrderedDict()
        sizes: dict[bytes, int] = {}
        total = 0
        lock = Lock()

        @wraps(function)
        def ask(*given: Given.args, **named: Given.kwargs) -> Found:
            nonlocal total
            key = _digest(given, named)
            with lock:
                future = known.pop(key, None)
                mine = future is None
                if future is None:
                    future = Future()
                known[key] = future
            if mine:
                try:
                    future.set_result(function(*given, **named))
                except BaseException as error:
                    future.set_exception(error)
                    with lock:
                        known.pop(key, None)
                    raise
                with lock:
                    sizes[key] = _size(future.result())
                    total += sizes[key]
                    if total > most_bytes:
                        # What is not computed yet has no size.
                        for oldest in [one for one in known if one in sizes]:
                            del known[oldest]
                            total -= sizes.pop(oldest)
                            if total <= most_bytes:
                                break
            return future.result()

        return ask

    return decorate


def _digest(given: tuple[Any, ...], named: dict[str, Any]) -> bytes:
    total = hashlib.blake2b(digest_size=16)
    for name, value in [*((str(place), value) for place, value in enumerate(given)), *sorted(named.items())]:
        if isinstance(value, np.ndarray):
            total.update(f"{name}:{value.dtype}{value.shape}".encode())
            total.update(np.ascontiguousarray(value).data)
        else:
            total.update(f"{name}={value!r};".encode())
    return total.digest()


def _size(result: Any) -> int:
    return result.nbytes if isinstance(result, np.ndarray) else len(result)
