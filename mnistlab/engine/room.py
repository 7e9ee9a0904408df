"""The active jobs and a new one -> whether the queue has room for it. Pure counting.

The queue favours visitors without a job: their first job is always admitted, unless everybody at their address is
new. Every further job needs room that no first job could claim. A browser's token costs nothing, so visitors are also counted by
network address against scripts that make them up; a class behind one address has room for a first job each, and the very first of an address has
places of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mnistlab.errors import BusyError
from mnistlab.settings import Settings


@dataclass(frozen=True)
class Job:
    """A job at work or waiting.

    Attributes:
        owner: id of the visitor.
        address: a token for their network address; "" if unknown.
        joined: ids of the others who asked for the same, one of whom inherits it if the owner leaves.
    """

    owner: str
    address: str = ""
    joined: tuple[str, ...] = ()


def require_room(wish: Job, jobs: Sequence[Job], settings: Settings) -> None:
    """Raise an error if there is no room for `wish` beside `jobs`.

    Raises:
        BusyError: with what to do.
    """
    require_share(wish.owner, jobs, settings)
    here = [job for job in jobs if wish.address and job.address == wish.address]
    visitors_here = len({job.owner for job in here})
    room = settings.queue_length + settings.long_workers
    if not any(job.owner == wish.owner for job in jobs):
        if visitors_here >= settings.visitors_per_address:
            raise BusyError(
                f"{visitors_here} visitors from your network have jobs at work or waiting, which is as many as may have here. "
                "Try again when some of them have ended."
            )
        # (Jobs, too: whoever makes up visitors that leave their jobs to one is a single visitor here.)
        if len(here) >= settings.visitors_per_address + settings.queued_per_address:
            raise BusyError(
                f"{len(here)} jobs from your network are at work or waiting, which is as many as may be here. "
                "Try again when some of them have ended."
            )
        # The same number of jobs again is reserved for first jobs: more than one address can use up. And once more for the first of an address
        # that has none, so that whoever commands a few addresses keeps out nobody at others.
        room += settings.queue_length * (2 if wish.address and not here else 1)
    elif wish.address and len(here) - visitors_here >= settings.queued_per_address:
        raise BusyError(
            f"Beside the first of each visitor, {len(here) - visitors_here} jobs from your network are at work or waiting, "
            "which is as many as may be here. Try again when some of them have ended."
        )
    if len(jobs) >= room:
        raise BusyError(
            f"The queue is full: {len(jobs)} jobs are at work or waiting. Try again when some of them have ended."
        )


def require_share(visitor: str, jobs: Sequence[Job], settings: Settings) -> None:
    """Raise an error if a visitor has as many jobs as one may have, those of others counted that they have joined: they may inherit them.

    Raises:
        BusyError: with what to do.
    """
    mine = sum(visitor == job.owner or visitor in job.joined for job in jobs)
    if mine >= settings.running_per_visitor + settings.queued_per_visitor:
        raise BusyError(
            f"You have {mine} jobs at work or waiting, which is as many as one visitor may have here. "
            "Wait for one to end, or cancel one on the page Lab."
        )
