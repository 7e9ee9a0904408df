"""The events of a run: one JSON object per line, appended while it runs; readers ignore an incomplete last line."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mnistlab.store.files import append_bytes, write_bytes

Event = dict[str, Any]
# The time of the event and the progress of the run: numbers in every event.
REQUIRED = ("time", "done", "total")
# No time or number of batches is larger; the comparison also rejects NaN.
LARGEST = 1e12
# Longer than any event.
LONGEST_TAIL = 16_384


def append_event(path: Path, event: Mapping[str, Any]) -> None:
    """Append one event, in one write.

    Raises:
        StoreError: if the disk is full, read-only or gone.
    """
    append_bytes(path, (json.dumps(dict(event), separators=(",", ":")) + "\n").encode())


def keep_events(path: Path, keep: Callable[[Event], bool]) -> None:
    """Rewrite the file with only the events for which `keep` is true; damaged lines are dropped."""
    events = [event for event in EventLog(path).read() if keep(event)]
    write_bytes(path, b"".join((json.dumps(event, separators=(",", ":")) + "\n").encode() for event in events))


class EventLog:
    """Reads a growing file of events, each line only once.

    An incomplete last line is left for the next call; a damaged line is skipped.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._last_line = b""
        self._events: list[Event] = []

    def read(self) -> list[Event]:
        """Return all events so far, oldest first. The list is shared: do not change it."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset - len(self._last_line))
                if file.read(len(self._last_line)) != self._last_line:
                    # Rewritten by a resumed run: start again. (Inode numbers do not show it, because they are reused.)
                    self._offset, self._last_line, self._events = 0, b"", []
                    file.seek(0)
                content = file.read()
        except OSError:
            return self._events
        whole = content.rfind(b"\n") + 1
        lines = content[:whole].splitlines(keepends=True)
        fresh = [event for line in lines if (event := _parse(line)) is not None]
        # A new list instead of `extend`, because another thread may be reading the old one.
        self._events = self._events + fresh
        self._offset += whole
        self._last_line = lines[-1] if lines else self._last_line
        return self._events


def _parse(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_event = isinstance(event, dict) and all(_is_number(event.get(name)) for name in REQUIRED)
    return event if is_event else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and -LARGEST <= value <= LARGEST


def last_event(path: Path) -> Event | None:
    """Return the last complete event of a file without reading all of it; None if there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - LONGEST_TAIL))
            lines = file.read().split(b"\n")[:-1]
    except OSError:
        return None
    return next((event for line in reversed(lines) if (event := _parse(line)) is not None), None)
