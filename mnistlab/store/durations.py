"""The durations of finished runs, one line of JSON each, from which durations are estimated."""

import contextlib
import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from filelock import Timeout
from pydantic import TypeAdapter, ValidationError

from mnistlab.errors import StoreError
from mnistlab.store.files import append_bytes, lock_file, make_folder, write_bytes

# The file is cut to its newest lines when it has twice as many.
LINES_KEPT = 500
# Recent runs only, because older ones may have been made on another machine or under another load.
RECENT_RUNS = 20
# Of those, the ones nearest in size: what begins and ends a job weighs more in a small one.
RUNS_COMPARED = 5
# A run that is larger or smaller by more than this factor says little about how long a job takes.
COMPARABLE = 5.0
LONGEST_FILE = 1_000_000


@dataclass(frozen=True)
class Duration:
    """One finished run. `kind`: the pace of `mnistlab.kinds`; `work`: in the unit of its kind; `seconds`: time at work, without pauses."""

    kind: str
    work: float
    seconds: float


@dataclass(frozen=True)
class Rate:
    """`seconds` per unit of work; `comparable`: whether seen on jobs of about that size."""

    seconds: float
    comparable: bool


_DURATION = TypeAdapter(Duration)


class Durations:
    """The durations under one home folder. Losing them only makes estimates worse."""

    def __init__(self, home: Path) -> None:
        self._path = home / "durations.jsonl"

    def record(self, duration: Duration) -> None:
        """Record one more duration; do nothing if the disk is full."""
        line = (json.dumps(asdict(duration)) + "\n").encode()
        with contextlib.suppress(OSError, StoreError, Timeout):
            make_folder(self._path.parent)
            with lock_file(self._path.with_suffix(".lock")).acquire(timeout=1):
                append_bytes(self._path, line)
                lines = self._path.read_bytes().splitlines(keepends=True)
                if len(lines) > 2 * LINES_KEPT:
                    write_bytes(self._path, b"".join(lines[-LINES_KEPT:]))

    def rate(self, kind: str, work: float) -> Rate | None:
        """Return the rate at which a job of this kind and amount of work is done; None if no run of its kind has finished."""
        recent = [duration for duration in self._read() if duration.kind == kind][-RECENT_RUNS:]
        if not recent:
            return None
        factors = sorted(
            (abs(math.log(duration.work) - math.log(work)), -place) for place, duration in enumerate(recent)
        )
        comparable = [recent[-place] for factor, place in factors if factor <= math.log(COMPARABLE)]
        compared = comparable[:RUNS_COMPARED] or [recent[-factors[0][1]]]
        return Rate(median(duration.seconds / duration.work for duration in compared), bool(comparable))

    def _read(self) -> list[Duration]:
        try:
            with self._path.open("rb") as file:
                lines = file.read(LONGEST_FILE).splitlines()
        except OSError:
            return []
        durations = []
        for line in lines:
            with contextlib.suppress(ValueError, ValidationError, RecursionError):
                duration = _DURATION.validate_python(json.loads(line))
                if all(math.isfinite(value) and value > 0 for value in (duration.work, duration.seconds)):
                    durations.append(duration)
        return durations
