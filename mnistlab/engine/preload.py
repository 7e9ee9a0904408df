"""Loaded by each worker as it starts: imports TensorFlow in advance and makes way for the short lane."""

import contextlib
import ctypes
import logging
import os
import signal
import sys
import threading
import time
from typing import Any

from mnistlab.logs import set_up_logs
from mnistlab.settings import settings

# Two lanes share the cores: a training must not slow down the answers to a visitor's clicks.
LONG_LANE_NICENESS = 10
# What Dask calls a worker that takes no more work, how often we look, and how long it may take to say good-bye.
GONE = ("closing", "closed", "failed")
CLOSED_POLL_SECONDS = 0.5
CLOSING_SECONDS = 1.0
# Of Linux' `prctl`: which signal a process is sent when its parent dies.
PR_SET_PDEATHSIG = 1
_loading = threading.Lock()


def dask_setup(worker: Any) -> None:
    """Called by Dask in the worker's process; returns at once, so that the worker registers without delay."""
    _end_with_the_host()
    # What happens to a run is told by who works on it; on a way of its own to standard error, which is closed while TensorFlow is imported
    # (`mnistlab/cnn/__init__.py`): a run is often taken up in that very moment.
    set_up_logs(settings(), os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8", buffering=1))
    if "long" in worker.state.total_resources and hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(LONG_LANE_NICENESS)
    # Whoever asked is told, and logs what nobody foresaw; a visitor's wrong picture is no fault of the worker.
    logging.getLogger("distributed.worker").addFilter(
        lambda record: not record.getMessage().startswith("Compute Failed")
    )
    threading.Thread(target=_load_soon, args=(worker,), name="tensorflow-in-advance", daemon=True).start()
    threading.Thread(target=_leave_when_closed, args=(worker,), name="leave-when-closed", daemon=True).start()


def _end_with_the_host() -> None:
    """Let the system end this process when its parent dies, also where it hangs.

    Dask watches the parent in a thread of this process, which does not run in one that hangs: it would keep its run's lock for ever, and
    nobody could take the run over or cancel it. (Other systems than Linux have no such signal; there it must be ended by hand.)
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def load_tensorflow() -> None:
    """Import TensorFlow, and what compiles our loops, or wait until it is done; every task calls this before it touches `mnistlab.cnn`.

    Python's own import locks give way where two threads import a large package at once, and TensorFlow then fails half-loaded.
    """
    with _loading:
        import mnistlab.cnn.ascent.kernels
        import mnistlab.cnn.training  # noqa: F401


def _leave_when_closed(worker: Any) -> None:
    """End this process soon after its worker was closed, in the middle of whatever it does.

    A worker that has lost its scheduler closes, but a run in its thread would go on and hold the run's lock, while another worker, perhaps on
    another machine, was given the same run.
    """
    while worker.status.name not in GONE:
        time.sleep(CLOSED_POLL_SECONDS)
    time.sleep(CLOSING_SECONDS)
    os._exit(0)


def _load_soon(worker: Any) -> None:
    # Importing keeps the interpreter busy; the worker should be known to the scheduler first.
    while worker.status.name != "running":
        time.sleep(0.02)
    load_tensorflow()
