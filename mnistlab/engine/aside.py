"""A task that takes seconds: its worker answers shorter questions meanwhile, and it tells how far it is, whoever asked."""

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from mnistlab.progress import Product, Work, ended
from mnistlab.store.answers import Answers

# More than that of short questions, less than that of long jobs (`engine/preload.py`).
ASIDE_NICENESS = 5
_noted: ContextVar[tuple[Path, str] | None] = ContextVar("noted", default=None)


def carried_aside(key: str, task: Callable[..., Any], home: str, *arguments: Any) -> Any:
    """Step aside, then carry out a task; what it `follow`s tells under `key` how far it is, and ends where that is cancelled."""
    _step_aside()
    token = _noted.set((Path(home), key))
    try:
        return task(home, *arguments)
    finally:
        _noted.reset(token)


def follow(work: Work[Product]) -> Product:
    """Do the work to its end; in a task that stepped aside, for all to see.

    Raises:
        CancelledError: somebody gave it up.
    """
    noted = _noted.get()
    if noted is None:
        return ended(work)
    home, key = noted
    return Answers(home).watched(key, work)


def _step_aside() -> None:
    """Let the worker answer shorter questions meanwhile; outside a worker do nothing."""
    from distributed import get_worker, secede

    with contextlib.suppress(ValueError, KeyError, AttributeError):
        get_worker()
        secede()
        # The thread ends with its task. (Elsewhere than on Linux niceness is the whole process's.)
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), ASIDE_NICENESS)
