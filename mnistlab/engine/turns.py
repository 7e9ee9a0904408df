"""Who waits, who works, who was served -> in which order the waiting jobs begin, and when.

Turns go round between visitors: nobody's second job begins before everybody's first. A visitor is a string; "" are all who have no name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush


@dataclass(frozen=True)
class Waiting:
    """A waiting job. `begun`: it was at work before its worker was lost, so it comes first."""

    run_id: str
    owner: str
    begun: bool = False


def in_turn(waiting: Sequence[Waiting], at_work: Iterable[str], served: Mapping[str, int]) -> list[Waiting]:
    """Return the waiting jobs in the order of their turns.

    Arguments:
        waiting: in the order in which they came.
        at_work: the owner of each job that is at work.
        served: owner -> number of the last turn they had; who had none stands before all others.
    """
    taken = Counter(at_work)
    order = []
    for came, job in enumerate(waiting):
        order.append((not job.begun, taken[job.owner], served.get(job.owner, 0), came, job))
        taken[job.owner] += 1
    return [job for *_, job in sorted(order, key=lambda entry: entry[:-1])]


def next_jobs(ordered: Sequence[Waiting], at_work: Iterable[str], free: int, most: int) -> list[Waiting]:
    """Return which of the `ordered` jobs begin now: on `free` workers, at most `most` of one owner at work."""
    busy = Counter(at_work)
    chosen: list[Waiting] = []
    for job in ordered:
        if len(chosen) < free and busy[job.owner] < most:
            busy[job.owner] += 1
            chosen.append(job)
    return chosen


def waits(durations: Sequence[float], remaining: Sequence[float], workers: int) -> list[float]:
    """Return after how many seconds each waiting job begins.

    Arguments:
        durations: seconds each waiting job takes, in the order of their turns.
        remaining: seconds each job at work still takes.
        workers: how many jobs work at a time, at least 1.
    """
    free = [*remaining, *[0.0] * (workers - len(remaining))]
    heapify(free)
    begins = []
    for seconds in durations:
        begins.append(heappop(free))
        heappush(free, begins[-1] + seconds)
    return begins
