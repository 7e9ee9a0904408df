"""How long answers lately took, and so how long a page waits for one before it is drawn without it."""

from collections.abc import Iterable
from threading import Lock

# The network takes 10 to 50 ms on an idle machine.
PATIENCE_SECONDS = 0.6
# The wait if such questions have lately taken longer than that: then waiting would only delay the page.
HURRY_SECONDS = 0.2
# A longer answer time was not caused by load.
LONGEST_SECONDS = 5.0

# Seconds that the latest question to each task took, for all visitors.
_lately: dict[str, float] = {}
_lock = Lock()


def patience(tasks: Iterable[str]) -> float:
    """Return how many seconds to wait for the answers to questions to these tasks."""
    expected = max((_lately.get(task, 0.0) for task in tasks), default=0.0)
    return PATIENCE_SECONDS if expected < PATIENCE_SECONDS else min(HURRY_SECONDS, PATIENCE_SECONDS)


def took(task: str, elapsed: float, *, answered: bool) -> None:
    """Record how many seconds a question to a task has taken; at least, while it is not answered."""
    with _lock:
        if not answered:
            _lately[task] = max(_lately.get(task, 0.0), elapsed)
        elif elapsed < LONGEST_SECONDS:
            _lately[task] = elapsed
        else:
            # A worker was starting, or the visitor was away and returns to an old answer: no information about the next.
            _lately.pop(task, None)
