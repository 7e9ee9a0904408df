"""How much of something each may have in a time: tries, bytes, messages. What is used comes back little by little."""

import time
from collections.abc import Callable
from threading import Lock

# Whoever makes up names by program must not fill the memory; whoever is forgotten first has had the longest rest.
MOST_KEYS = 10_000


class Allowances:
    """At most `most` for each key, which come back evenly over `seconds`. Safe to use from many threads.

    Arguments:
        most: how much one may have at once.
        seconds: after so long without use, all of it is back.
        clock: seconds of a clock that never goes back.
    """

    def __init__(self, most: float, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._rate, self._clock = most, most / seconds, clock
        # Key -> (what was left, when); the longest unused comes first.
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def left(self, key: str) -> float:
        """Return how much `key` has now; below 0: it has taken in advance."""
        with self._lock:
            return self._now(key)

    def may(self, key: str, amount: float = 1.0) -> bool:
        """Take `amount` if there is so much, and return whether there was."""
        with self._lock:
            left = self._now(key)
            if left < amount:
                return False
            self._keep(key, left - amount)
            return True

    def wait(self, key: str, amount: float = 1.0) -> float:
        """Take `amount` in any case; return the seconds until it would have been there."""
        with self._lock:
            left = self._now(key) - amount
            self._keep(key, left)
            return max(0.0, -left / self._rate)

    def _now(self, key: str) -> float:
        left, since = self._left.get(key, (self._most, 0.0))
        return min(self._most, left + (self._clock() - since) * self._rate)

    def _keep(self, key: str, left: float) -> None:
        self._left.pop(key, None)
        while len(self._left) >= MOST_KEYS:
            del self._left[next(iter(self._left))]
        self._left[key] = left, self._clock()
