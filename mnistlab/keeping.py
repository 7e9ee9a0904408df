"""Caches for results that are expensive to make: least recently used first out, limited by weight, each made once for all threads.

`functools.lru_cache` takes no arrays, counts items instead of bytes, and lets thirty visitors who come at the same time compute thirty times.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import wraps
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np

Item = TypeVar("Item")
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result", bound=Any)


class Recent(Generic[Item]):
    """A cache of the most recently used items; safe to use from many threads. Do not change the items.

    Arguments:
        most: largest total weight; the latest item is kept even if it is heavier.
        weigh: item -> its weight; by default 1.
    """

    def __init__(self, most: int, weigh: Callable[[Item], int] = lambda _: 1) -> None:
        self._most, self._weigh = most, weigh
        self._items: OrderedDict[Hashable, tuple[Item, int]] = OrderedDict()
        self._pending: dict[Hashable, Future[Item]] = {}
        self._total = 0
        self._lock = Lock()

    def find(self, key: Hashable) -> Item | None:
        """Return the item under `key`, or None."""
        with self._lock:
            return self._find(key)

    def keep(self, key: Hashable, item: Item) -> None:
        """Keep an item; the least recently used ones are removed."""
        weight = self._weigh(item)
        with self._lock:
            _, before = self._items.pop(key, (None, 0))
            self._items[key] = item, weight
            self._total += weight - before
            while self._total > self._most and len(self._items) > 1:
                _, (_, gone) = self._items.popitem(last=False)
                self._total -= gone

    def get(self, key: Hashable, make: Callable[[], Item]) -> Item:
        """Return the item under `key`; if there is none, call `make` once, for all threads that ask. Errors of `make` are raised."""
        with self._lock:
            item = self._find(key)
            if item is not None:
                return item
            future = self._pending.get(key)
            mine = future is None
            if future is None:
                future = self._pending[key] = Future()
        if mine:
            try:
                future.set_result(make())
                self.keep(key, future.result())
            except BaseException as error:
                future.set_exception(error)
                raise
            finally:
                with self._lock:
                    del self._pending[key]
        return future.result()

    def drop(self, is_gone: Callable[[Hashable], bool]) -> None:
        """Forget the items of which `is_gone` says, by their keys, that nobody needs them any more."""
        with self._lock:
            keys = list(self._items)
        gone = [key for key in keys if is_gone(key)]
        with self._lock:
            for key in gone:
                _, weight = self._items.pop(key, (None, 0))
                self._total -= weight

    def _find(self, key: Hashable) -> Item | None:
        if key not in self._items:
            return None
        self._items.move_to_end(key)
        return self._items[key][0]


def kept(most_bytes: int) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Cache the results (bytes, text or an array) of a function of arrays and plain values; do not change them.

    Arguments:
        most_bytes: largest total size; the least recently used results are removed.
    """

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        results: Recent[Result] = Recent(most_bytes, _size)

        @wraps(function)
        def ask(*positional: Arguments.args, **named: Arguments.kwargs) -> Result:
            return results.get(_digest(positional, named), lambda: function(*positional, **named))

        return ask

    return decorate


def _digest(positional: tuple[Any, ...], named: dict[str, Any]) -> bytes:
    total = hashlib.blake2b(digest_size=16)
    for name, value in [*((str(index), value) for index, value in enumerate(positional)), *sorted(named.items())]:
        if isinstance(value, np.ndarray):
            total.update(f"{name}:{value.dtype}{value.shape}".encode())
            total.update(np.ascontiguousarray(value).data)
        else:
            total.update(f"{name}={value!r};".encode())
    return total.digest()


def _size(result: Any) -> int:
    return result.nbytes if isinstance(result, np.ndarray) else len(result)
