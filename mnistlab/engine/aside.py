"""A task that takes seconds -> a worker that answers shorter questions meanwhile."""

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

# More than that of short questions, less than that of long jobs (`engine/preload.py`).
ASIDE_NICENESS = 5


def step_aside() -> None:
    """Let the worker answer shorter questions meanwhile; outside a worker do nothing."""
    from distributed import get_worker, secede

    with contextlib.suppress(ValueError, KeyError, AttributeError):
        get_worker()
        secede()
        # The thread ends with its task. (Elsewhere than on Linux niceness is the whole process's.)
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), ASIDE_NICENESS)


def carried_aside(task: Callable[..., Any], *arguments: Any) -> Any:
    """Step aside, then carry out a task."""
    step_aside()
    return task(*arguments)
