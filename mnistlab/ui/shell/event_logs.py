"""The events of runs for pages: each file is parsed once in this process, for all visitors."""

from threading import Lock

from mnistlab.keeping import Recent
from mnistlab.store.events import Event, EventLog
from mnistlab.store.run_folder import RunFolder

# Runs whose events are kept in memory: 80 epochs take about 2 MB.
MOST_LOGS = 20

_logs: Recent[EventLog] = Recent(MOST_LOGS)
# For the logs, which remember how far they have read.
_reading = Lock()


def events_of(run: RunFolder) -> list[Event]:
    """Return the events of `run` so far, oldest first."""
    log = _logs.get(run.id, run.event_log)
    with _reading:
        return log.read()
