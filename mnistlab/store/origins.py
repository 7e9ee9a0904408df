"""Which network address brought what, so that whoever makes up visitors takes at most half of what all share.

In memory only, as the addresses of jobs are: after a restart, what was there before counts for no address.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from threading import Lock

from mnistlab.errors import StoreError
from mnistlab.refusals import refused

# Where it is kept, and the id of a visitor who brought it.
Brought = tuple[Path, str]
# What nobody has touched for so many seconds makes room first: longer than from one lesson to the next.
FORTNIGHT = 14 * 24 * 3600.0


class Origins:
    """The addresses of one kind of things that visitors bring; safe to use from many threads.

    Arguments:
        things: what they are called in sentences, such as "networks".
        way_out: a sentence: what can be done where an address has its half.
    """

    def __init__(
        self, things: str, way_out: str = "Delete one on the page Lab first, or ask the others there to."
    ) -> None:
        self._things, self._way_out = things, way_out
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

    def drop(self, is_gone: Callable[[Path], bool]) -> None:
        """Forget what was kept in places that are gone."""
        with self._lock:
            gone = {place for place in {place for place, _ in self._addresses} if is_gone(place)}
            self._addresses = {one: address for one, address in self._addresses.items() if one[0] not in gone}

    def sum_beside(self, brought: Brought, sizes: Mapping[Brought, int]) -> int:
        """Return the sum of sizes over what came from the same address as a thing; 0 if that is not known."""
        with self._lock:
            address = self._addresses.get(brought)
            return sum(size for one, size in sizes.items() if address and self._addresses.get(one) == address)

    def to_go(self, kept: Mapping[Brought, tuple[float, int]], too_much: int, address: str) -> list[Brought]:
        """Return what is to make room for something new.

        First goes what nobody has touched for a fortnight, the oldest first; then the oldest of the address that has most, so that whoever makes up visitors
        pushes out nobody at an address that has fewer. Things of unknown origin count as of one address.

        Arguments:
            kept: when each was written last, in seconds since the epoch, and how much it takes.
            too_much: how much is to go.
            address: a token for the address of who needs the room; "" if addresses are not counted.
        """
        queues: dict[str, list[Brought]] = {}
        # What comes counts, too.
        has = Counter({address: 1})
        with self._lock:
            for one in sorted(kept, key=lambda one: kept[one][0], reverse=True):
                queues.setdefault(self._addresses.get(one, ""), []).append(one)
                has[self._addresses.get(one, "")] += kept[one][1]
        going: list[Brought] = []
        while too_much > 0 and queues:
            since = {one: kept[queue[-1]][0] for one, queue in queues.items()}
            giving = min(since, key=lambda one: since[one])
            if since[giving] > time.time() - FORTNIGHT:
                giving = max(since, key=lambda one: (has[one], -since[one]))
            gone = queues[giving].pop()
            if not queues[giving]:
                del queues[giving]
            going.append(gone)
            has[giving] -= kept[gone][1]
            too_much -= kept[gone][1]
        return going

    def untouched_beside(self, kept: Mapping[Brought, float], address: str) -> list[Brought]:
        """Return what came from an address and was not touched for a fortnight, the oldest first; `kept`: when each was written last."""
        with self._lock:
            own = [one for one in kept if self._addresses.get(one) == address]
        return sorted((one for one in own if kept[one] < time.time() - FORTNIGHT), key=lambda one: kept[one])

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
        if self.has_half(taken, most, address):
            sentence = (
                f"{most // 2:,} {self._things}, half of all that there is room for, came from your internet address. "
                f"{self._way_out}"
            )
            raise refused(StoreError(sentence), visitor)

    def require_name(self, taken: Collection[Brought], most: int, address: str, visitor: str) -> None:
        """Raise an error if an address has given half of the names that one thing may have; arguments and errors as those of `require_place`."""
        if self.has_half(taken, most, address):
            sentence = (
                f"Too many visitors at your internet address have brought this very one of the {self._things} already."
            )
            raise refused(StoreError(sentence), visitor)

    def has_half(self, taken: Collection[Brought], most: int, address: str) -> bool:
        """Return whether an address has half of all places; arguments as those of `require_place`."""
        with self._lock:
            return bool(address) and sum(self._addresses.get(one) == address for one in taken) >= most // 2
