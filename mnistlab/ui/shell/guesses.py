"""How often an administrator's token may be tried: whoever tries wrong ones stands in nobody's way but their own."""

import time
from collections.abc import Callable

from mnistlab.ui.gate.allowances import Allowances

MINUTE = 60.0


class Guesses:
    """Tries a minute of one visitor, of one network address, and of all. One who has none left takes none from the others."""

    def __init__(
        self, visitor: int = 10, address: int = 100, together: int = 1_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._visitors = Allowances(visitor, MINUTE, clock)
        self._addresses = Allowances(address, MINUTE, clock)
        self._together = Allowances(together, MINUTE, clock)

    def may_try(self, visitor: str, address: str) -> bool:
        """Return whether this visitor may try once more now, and count it."""
        return self._visitors.may(visitor) and self._addresses.may(address) and self._together.may("")
