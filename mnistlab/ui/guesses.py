"""How often something may be tried, by all visitors together."""

import time
from collections import deque
from threading import Lock


class Guesses:
    """At most `most` tries in `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._tried: deque[float] = deque()
        self._lock = Lock()

    def may_try(self) -> bool:
        """Return whether one more try is allowed now, and count it."""
        now = time.monotonic()
        with self._lock:
            while self._tried and now - self._tried[0] > self._seconds:
                self._tried.popleft()
            if len(self._tried) >= self._most:
                return False
            self._tried.append(now)
            return True
