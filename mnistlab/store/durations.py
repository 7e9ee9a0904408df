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
RUNS_COMPARED = 20
LONGEST_FILE = 1_000_000


@dataclass(frozen=True)
class Duration:
    """One finished run. `kind`: the pace of `mnistlab.kinds`; `work`: in the unit of its kind; `seconds`: time at work, without pauses."""

    kind: str
    work: float
    seconds: float


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

    def seconds_per_work(self, kind: str) -> float | None:
        """Return the median over the last runs of this kind; None if there are none."""
        rates = [duration.seconds / duration.work for duration in self._read() if duration.kind == kind]
        return median(rates[-RUNS_COMPARED:]) if rates else None

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
