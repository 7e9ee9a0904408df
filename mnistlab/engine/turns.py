"""The owners of waiting jobs, jobs at work and past turns -> the order in which the waiting jobs begin, and when.

Turns rotate between visitors: no visitor's second job begins before everybody's first. A visitor is a string; "" stands for all without a name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush


@dataclass(frozen=True)
class Waiting:
    """A waiting job. `begun`: whether it was at work before its worker was lost, so that it comes first."""

    run_id: str
    owner: str
    begun: bool = False


def in_turn(waiting: Sequence[Waiting], at_work: Iterable[str], served: Mapping[str, int]) -> list[Waiting]:
    """Return the waiting jobs in the order of their turns.

    Arguments:
        waiting: in the order of submission.
        at_work: the owner of each job at work.
        served: owner -> number of their last turn; owners without one come before all others.
    """
    taken = Counter(at_work)
    order = []
    for came, job in enumerate(waiting):
        order.append((not job.begun, taken[job.owner], served.get(job.owner, 0), came, job))
        taken[job.owner] += 1
    return [job for *_, job in sorted(order, key=lambda entry: entry[:-1])]


def next_jobs(ordered: Sequence[Waiting], at_work: Iterable[str], free: int, most: int) -> list[Waiting]:
    """Return the `ordered` jobs that begin now, on `free` workers, with at most `most` of one owner at work."""
    busy = Counter(at_work)
    chosen: list[Waiting] = []
    for job in ordered:
        if len(chosen) < free and busy[job.owner] < most:
            busy[job.owner] += 1
            chosen.append(job)
    return chosen


def waits(durations: Sequence[float], remaining: Sequence[float], workers: int) -> list[float]:
    """Return the seconds until each waiting job begins.

    Arguments:
        durations: seconds each waiting job takes, in the order of their turns.
        remaining: seconds each job at work still takes.
        workers: number of jobs at work at a time, at least 1.
    """
    free = [*remaining, *[0.0] * (workers - len(remaining))]
    heapify(free)
    begins = []
    for seconds in durations:
        begins.append(heappop(free))
        heappush(free, begins[-1] + seconds)
    return begins
