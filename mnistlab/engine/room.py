"""The jobs that are there, and one more -> whether the queue has room for it. Plain counting.

A queue is for the many: whoever has nothing in it yet always gets their first job in, as long as not everybody at their address is
new. Every further job needs a place that nobody else wants. A browser's token costs nothing, so one who makes up visitors is
counted by the network address they come from as well; a class behind one address has room for a first job each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mnistlab.errors import BusyError
from mnistlab.settings import Settings


@dataclass(frozen=True)
class Job:
    """A job at work or waiting. `owner`: id of the visitor; `address`: what stands for their network address, "" if it is not known."""

    owner: str
    address: str = ""


def require_room(wish: Job, jobs: Sequence[Job], settings: Settings) -> None:
    """Raise the reason why there is no room for `wish` beside `jobs`, if there is one.

    Raises:
        BusyError: with what to do.
    """
    mine = sum(job.owner == wish.owner for job in jobs)
    most = settings.running_per_visitor + settings.queued_per_visitor
    if mine >= most:
        raise BusyError(
            f"You have {mine} jobs at work or waiting, which is as many as one visitor may have here. "
            "Wait for one to end, or cancel one on the page Lab."
        )
    here = [job for job in jobs if wish.address and job.address == wish.address]
    visitors_here = len({job.owner for job in here})
    places = settings.queue_length + settings.long_workers
    if not mine:
        if visitors_here >= settings.visitors_per_address:
            raise BusyError(
                f"{visitors_here} visitors from your network have jobs at work or waiting, which is as many as may have here. "
                "Try again when some of them have ended."
            )
        # As many places again are kept for first jobs: more than one address can take.
        places += settings.queue_length
    elif wish.address and len(here) - visitors_here >= settings.queued_per_address:
        raise BusyError(
            f"Beside the first of each visitor, {len(here) - visitors_here} jobs from your network are at work or waiting, "
            "which is as many as may be here. Try again when some of them have ended."
        )
    if len(jobs) >= places:
        raise BusyError(
            f"The queue is full: {len(jobs)} jobs are at work or waiting. Try again when some of them have ended."
        )
