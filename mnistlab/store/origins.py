"""Which network address brought what, so that whoever makes up visitors takes at most half of what all share.

In memory only, as the addresses of jobs are: after a restart, what was there before counts for no address.
"""

from collections.abc import Collection
from pathlib import Path
from threading import Lock

from mnistlab.errors import StoreError
from mnistlab.refusals import refused

# A folder, and the id of a visitor who brought it.
Brought = tuple[Path, str]


class Origins:
    """The addresses of one kind of things that visitors bring; safe to use from many threads.

    Arguments:
        things: what they are called in sentences, such as "networks".
    """

    def __init__(self, things: str) -> None:
        self._things = things
        self._addresses: dict[Brought, str] = {}
        self._lock = Lock()

    def note(self, brought: Brought, address: str) -> None:
        """Remember a token for an address; "": none."""
        if address:
            with self._lock:
                self._addresses[brought] = address

    def keep_only(self, brought: Collection[Brought]) -> None:
        """Forget all others, which were deleted."""
        with self._lock:
            for gone in self._addresses.keys() - set(brought):
                del self._addresses[gone]

    def require_place(self, taken: Collection[Brought], most: int, address: str, visitor: str) -> None:
        """Raise an error if an address has half of all places.

        Arguments:
            taken: what takes a place, each with its owner.
            most: number of all places.
            address: a token for it; "" if addresses are not counted.
            visitor: id of who asks for a place.

        Raises:
            StoreError: it has.
        """
        if self._has_half(taken, most, address):
            sentence = (
                f"{most // 2} {self._things}, half of all that there is room for, came from your internet address. "
                "Delete one on the page Lab first, or ask the others there to."
            )
            raise refused(StoreError(sentence), visitor)

    def require_name(self, taken: Collection[Brought], most: int, address: str, visitor: str) -> None:
        """Raise an error if an address has given half of the names that one thing may have; arguments and errors as those of `require_place`."""
        if self._has_half(taken, most, address):
            sentence = (
                f"Too many visitors at your internet address have brought this very one of the {self._things} already."
            )
            raise refused(StoreError(sentence), visitor)

    def _has_half(self, taken: Collection[Brought], most: int, address: str) -> bool:
        with self._lock:
            return bool(address) and sum(self._addresses.get(one) == address for one in taken) >= most // 2
