"""Rate limits per key: attempts, bytes, messages. Used allowances are refilled continuously."""

import hashlib
import time
from collections.abc import Callable
from threading import Lock

# Limits the memory against scripts that make up keys; the key that is forgotten first has the fullest allowance.
MOST_KEYS = 10_000


class Allowances:
    """At most `most` for each key, refilled evenly over `seconds`. Safe to use from many threads.

    Arguments:
        most: size of the allowance.
        seconds: time until an empty allowance is full again.
        clock: a monotonic clock, in seconds.
    """

    def __init__(self, most: float, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._rate, self._clock = most, most / seconds, clock
        # Digest of a key -> (remaining amount, time); the longest unused comes first.
        self._left: dict[bytes, tuple[float, float]] = {}
        self._lock = Lock()

    def left(self, key: str) -> float:
        """Return the remaining amount of `key`; below 0 if it was overdrawn."""
        digest = short(key)
        with self._lock:
            return self._now(digest)

    def may(self, key: str, amount: float = 1.0) -> bool:
        """Use `amount` if that much is left, and return whether it was."""
        digest = short(key)
        with self._lock:
            left = self._now(digest)
            if left < amount:
                return False
            self._keep(digest, left - amount)
            return True

    def wait(self, key: str, amount: float = 1.0) -> float:
        """Use `amount` in any case; return the seconds until it would have been available."""
        digest = short(key)
        with self._lock:
            left = self._now(digest) - amount
            self._keep(digest, left)
            return max(0.0, -left / self._rate)

    def _now(self, digest: bytes) -> float:
        left, since = self._left.get(digest, (self._most, 0.0))
        return min(self._most, left + (self._clock() - since) * self._rate)

    def _keep(self, digest: bytes, left: float) -> None:
        self._left.pop(digest, None)
        while len(self._left) >= MOST_KEYS:
            del self._left[next(iter(self._left))]
        self._left[digest] = left, self._clock()


def short(key: str) -> bytes:
    """Return what to keep of a key that a stranger may have made: the same short digest for the same key, however long it is.

    (Text from a header may hold halves of surrogate pairs.)
    """
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=16).digest()
