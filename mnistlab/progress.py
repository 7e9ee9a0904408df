"""The reports of a running recipe: a stream that its caller consumes.

A recipe runs as a generator of `Report`s and touches neither screen nor disk. The consumer decides what to draw
and to keep, and answers with a `Request`: `CONTINUE` (also plain `next`), or `STOP`, which means: finish now and return the result so far.
The consumer pauses by not calling, and cancels with `generator.close()`.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar


class Request(Enum):
    """The consumer's answer to a report."""

    CONTINUE = "continue"
    STOP = "stop"


@dataclass(frozen=True)
class Progress:
    """The progress of a run.

    Attributes:
        stage: the current activity, in words for the screen ("training", "validating").
        done: units of work done so far, of `total`.
        total: units of work in the whole run.
        values: current figures, such as `loss`; JSON numbers and strings only.
        pictures: current images, name -> NumPy array; only the latest are of interest.
    """

    stage: str
    done: int
    total: int
    values: Mapping[str, float | int | str] = field(default_factory=dict)
    pictures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Checkpoint:
    """All data needed to resume; replaces the previous checkpoint. `arrays`: name -> NumPy array."""

    arrays: Mapping[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """Weights to keep permanently, such as those after an epoch. `weights`: "layer/variable" -> NumPy array."""

    epoch: int
    weights: Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """The end of a run.

    Attributes:
        arrays: name -> NumPy array, written to `result.npz`.
        summary: the main figures, written as JSON.
        weights: trained weights, for a recipe that makes a network; else None.
    """

    arrays: Mapping[str, Any]
    summary: Mapping[str, Any]
    weights: Mapping[str, Any] | None = None


Report = Progress | Checkpoint | Snapshot | Result
Reports = Generator[Report, Request | None, None]
Product = TypeVar("Product")
# Work that yields progress and returns a product.
Work = Generator[Progress, Request | None, Product]


Said = TypeVar("Said")
Told = TypeVar("Told")


def relay(
    work: Generator[Said, Request | None, Product], tell: Callable[[Said], Told], stoppable: bool = False
) -> Generator[Told, Request | None, Product]:
    """Translate the reports of `work`, and return its product.

    Arguments:
        work: any generator of the kind described above.
        tell: report of the work -> report to yield instead.
        stoppable: whether a STOP reaches the work; if not, it is completed, because half of it is useless.
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
    """Run work to its end without watching it; return its product."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            product: Product = end.value
            return product


def result_of(reports: Reports) -> Work[Result]:
    """Relay the progress of a recipe, and return its result; other reports are dropped."""
    for report in reports:
        if isinstance(report, Result):
            return report
        if isinstance(report, Progress):
            yield report
    raise AssertionError("a recipe ends with a result")
