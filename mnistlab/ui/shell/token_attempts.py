"""A rate limit for an administrator's token: a visitor who tries wrong tokens locks out only themselves."""

import time
from collections.abc import Callable

from mnistlab.ui.gate.allowances import Allowances

MINUTE = 60.0


class TokenAttempts:
    """Attempts per minute of one visitor, of one network address, and of all. A visitor who has none left uses up none of the others'."""

    def __init__(
        self, visitor: int = 10, address: int = 100, together: int = 1_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._visitors = Allowances(visitor, MINUTE, clock)
        self._addresses = Allowances(address, MINUTE, clock)
        self._together = Allowances(together, MINUTE, clock)

    def may_try(self, visitor: str, address: str) -> bool:
        """Return whether this visitor may try now, and count the attempt."""
        return self._visitors.may(visitor) and self._addresses.may(address) and self._together.may("")
