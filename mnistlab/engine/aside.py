"""Tasks that take seconds: the worker answers shorter questions meanwhile, and the task reports progress to everybody."""

import contextlib
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from mnistlab.engine import priority
from mnistlab.progress import Product, Work, ended
from mnistlab.store.answers import Answers

_noted: ContextVar[tuple[Path, str] | None] = ContextVar("noted", default=None)


def carried_aside(key: str, task: Callable[..., Any], home: str, *arguments: Any) -> Any:
    """Carry out a task beside shorter ones; work that it passes to `follow` reports its progress under `key` and can be cancelled there."""
    _step_aside()
    token = _noted.set((Path(home), key))
    try:
        return task(home, *arguments)
    finally:
        _noted.reset(token)


def follow(work: Work[Product]) -> Product:
    """Do all of the work; in a task that runs aside, report progress.

    Raises:
        CancelledError: if it was cancelled.
    """
    noted = _noted.get()
    if noted is None:
        return ended(work)
    home, key = noted
    return Answers(home).watched(key, work)


def _step_aside() -> None:
    """Let the worker answer shorter questions meanwhile; do nothing outside a worker."""
    from distributed import get_worker, secede

    with contextlib.suppress(ValueError, KeyError, AttributeError):
        get_worker()
        secede()
        # The thread ends with its task.
        priority.lower_thread(priority.ASIDE - priority.SHORT_LANE)
