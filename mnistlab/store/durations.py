"""How long finished runs took, one line of JSON each: what an estimate is made of."""

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

# The file is cut to the newest lines when it has grown twice as long.
LINES_KEPT = 500
# The machine's present speed: older runs may have been made on another, or beside something else.
RUNS_COMPARED = 20
LONGEST_FILE = 1_000_000


@dataclass(frozen=True)
class Duration:
    """One finished run. `kind`: the pace of `mnistlab.kinds`; `work`: as its kind counts it; `seconds`: at work, without pauses."""

    kind: str
    work: float
    seconds: float


_DURATION = TypeAdapter(Duration)


class Durations:
    """The durations kept under one home folder. Losing them costs nothing but the quality of estimates."""

    def __init__(self, home: Path) -> None:
        self._path = home / "durations.jsonl"

    def record(self, duration: Duration) -> None:
        """Keep one more; a disk that is full keeps none."""
        line = (json.dumps(asdict(duration)) + "\n").encode()
        with contextlib.suppress(OSError, StoreError, Timeout):
            make_folder(self._path.parent)
            with lock_file(self._path.with_suffix(".lock")).acquire(timeout=1):
                append_bytes(self._path, line)
                lines = self._path.read_bytes().splitlines(keepends=True)
                if len(lines) > 2 * LINES_KEPT:
                    write_bytes(self._path, b"".join(lines[-LINES_KEPT:]))

    def seconds_per_work(self, kind: str) -> float | None:
        """Return the median over the last runs of this kind, or None before the first."""
        rates = [found.seconds / found.work for found in self._read() if found.kind == kind]
        return median(rates[-RUNS_COMPARED:]) if rates else None

    def _read(self) -> list[Duration]:
        try:
            with self._path.open("rb") as file:
                lines = file.read(LONGEST_FILE).splitlines()
        except OSError:
            return []
        found = []
        for line in lines:
            with contextlib.suppress(ValueError, ValidationError, RecursionError):
                duration = _DURATION.validate_python(json.loads(line))
                if all(math.isfinite(value) and value > 0 for value in (duration.work, duration.seconds)):
                    found.append(duration)
        return found
