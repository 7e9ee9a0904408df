"""What is dear to make and asked for again: the things used last are kept, within a limit, and made once, however many threads ask.

`functools.lru_cache` takes no arrays, counts things instead of bytes, and lets thirty visitors who come at once compute thirty times.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import wraps
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np

Thing = TypeVar("Thing")
Given = ParamSpec("Given")
Found = TypeVar("Found", bound=Any)


class Recent(Generic[Thing]):
    """The things used last; safe to use from many threads. Do not change what it returns.

    Arguments:
        most: weight of all things together; the last one is kept whatever it weighs.
        weigh: what a thing weighs; 1 each, if it is left out.
    """

    def __init__(self, most: int, weigh: Callable[[Thing], int] = lambda _: 1) -> None:
        self._most, self._weigh = most, weigh
        self._things: OrderedDict[Hashable, tuple[Thing, int]] = OrderedDict()
        self._in_the_making: dict[Hashable, Future[Thing]] = {}
        self._total = 0
        self._lock = Lock()

    def find(self, key: Hashable) -> Thing | None:
        """Return what is kept under `key`, or None."""
        with self._lock:
            return self._find(key)

    def keep(self, key: Hashable, thing: Thing) -> None:
        """Keep a thing; those that were not used for longest go."""
        weight = self._weigh(thing)
        with self._lock:
            _, before = self._things.pop(key, (None, 0))
            self._things[key] = thing, weight
            self._total += weight - before
            while self._total > self._most and len(self._things) > 1:
                _, (_, gone) = self._things.popitem(last=False)
                self._total -= gone

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """Return what is kept under `key`; who asks while another makes it waits for the same. It raises what `make` raises."""
        with self._lock:
            thing = self._find(key)
            if thing is not None:
                return thing
            future = self._in_the_making.get(key)
            mine = future is None
            if future is None:
                future = self._in_the_making[key] = Future()
        if mine:
            try:
                future.set_result(make())
                self.keep(key, future.result())
            except BaseException as error:
                future.set_exception(error)
                raise
            finally:
                with self._lock:
                    del self._in_the_making[key]
        return future.result()

    def _find(self, key: Hashable) -> Thing | None:
        if key not in self._things:
            return None
        self._things.move_to_end(key)
        return self._things[key][0]


def kept(most_bytes: int) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """Keep the results (bytes, text or an array) of a function of arrays and plain values; do not change them.

    Arguments:
        most_bytes: of all results together; those asked for longest ago go first.
    """

    def decorate(function: Callable[Given, Found]) -> Callable[Given, Found]:
        results: Recent[Found] = Recent(most_bytes, _size)

        @wraps(function)
        def ask(*given: Given.args, **named: Given.kwargs) -> Found:
            return results.get(_digest(given, named), lambda: function(*given, **named))

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
