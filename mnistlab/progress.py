"""What a running recipe says while it works: a stream of reports, consumed by whoever runs it.

A recipe runs as a generator of `Report`s and touches neither screen nor disk. The consumer decides what to draw
and keep, and answers with a `Request`: `CONTINUE` (also plain `next`) or `STOP`, which means: finish now and keep what is there.
Pausing is not calling; cancelling is `generator.close()`.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar


class Request(Enum):
    """What the consumer of a run answers to a report."""

    CONTINUE = "continue"
    STOP = "stop"


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes:
        stage: what is being done, in words for the screen ("training", "validating").
        done: units of work done so far, of `total`.
        total: units of work in the whole run.
        values: figures of this moment, such as `loss`; JSON numbers and strings only.
        pictures: images of this moment, name -> NumPy array; only the latest are of interest.
    """

    stage: str
    done: int
    total: int
    values: Mapping[str, float | int | str] = field(default_factory=dict)
    pictures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Checkpoint:
    """All that is needed to resume, replacing the checkpoint before it. `arrays`: name -> NumPy array."""

    arrays: Mapping[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """Weights worth keeping for good, such as those after an epoch. `weights`: "layer/variable" -> NumPy array."""

    epoch: int
    weights: Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """The end of a run.

    Attributes:
        arrays: name -> NumPy array, written to `result.npz`.
        summary: the figures that matter, written as JSON.
        weights: trained weights, for a recipe that makes a network; else None.
    """

    arrays: Mapping[str, Any]
    summary: Mapping[str, Any]
    weights: Mapping[str, Any] | None = None


Report = Progress | Checkpoint | Snapshot | Result
Reports = Generator[Report, Request | None, None]
Product = TypeVar("Product")
# Work that says how far it is and returns what came out.
Work = Generator[Progress, Request | None, Product]


Said = TypeVar("Said")
Told = TypeVar("Told")


def relay(
    work: Generator[Said, Request | None, Product], tell: Callable[[Said], Told], stoppable: bool = False
) -> Generator[Told, Request | None, Product]:
    """Pass on in other words what `work` says, and return what comes out of it.

    Arguments:
        work: any generator of the kind described above.
        tell: what it says -> what is said instead.
        stoppable: whether a STOP reaches the work; else it is done to its end, as half of it is worth nothing.
    """
    answer: Request | None = None
    with closing(work):
        while True:
            try:
                said = work.send(answer)
            except StopIteration as end:
                product: Product = end.value
                return product
            answer = yield tell(said)
            if answer is Request.STOP and not stoppable:
                answer = Request.CONTINUE


def ended(work: Generator[Any, Request | None, Product]) -> Product:
    """Return what comes out of work that nobody watches."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            product: Product = end.value
            return product


def result_of(reports: Reports) -> Work[Result]:
    """Pass on how far a recipe is, and return its result; what else it reports is for those who keep it."""
    for report in reports:
        if isinstance(report, Result):
            return report
        if isinstance(report, Progress):
            yield report
    raise AssertionError("a recipe ends with a result")
