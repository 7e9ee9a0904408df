"""The events of runs as pages read them: each file's lines are parsed once in this process, whoever looks."""

from collections import OrderedDict
from threading import Lock

from mnistlab.store.events import Event, EventLog
from mnistlab.store.run_folder import RunFolder

# Runs whose events are kept in memory: 80 epochs take about 2 MB.
MOST_LOGS = 20

_logs: OrderedDict[str, EventLog] = OrderedDict()
_lock = Lock()


def events_of(run: RunFolder) -> list[Event]:
    """Return the events of `run` so far, oldest first."""
    with _lock:
        log = _logs.pop(run.id, None) or run.event_log()
        _logs[run.id] = log
        while len(_logs) > MOST_LOGS:
            _logs.popitem(last=False)
        return log.read()
