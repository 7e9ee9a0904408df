"""Loaded by each worker as it starts: imports TensorFlow in advance and sets the priority of the lane."""

import ctypes
import logging
import os
import signal
import sys
import threading
import time
from typing import Any

from mnistlab.engine import priority
from mnistlab.logs import set_up_logs
from mnistlab.settings import settings

# Dask's states of a worker that takes no more work, the interval of checks, and the time it may take to close.
GONE = ("closing", "closed", "failed")
CLOSED_POLL_SECONDS = 0.5
CLOSING_SECONDS = 1.0
# Of Linux' `prctl`: which signal a process is sent when its parent dies.
PR_SET_PDEATHSIG = 1
_loading = threading.Lock()


def dask_setup(worker: Any) -> None:
    """Prepare a worker's process; called by Dask. Returns at once, so that the worker registers without delay."""
    _end_with_the_host()
    # Workers log the events of runs to a duplicate of standard error, because standard error is closed while TensorFlow is imported
    # (`mnistlab/cnn/__init__.py`), and runs are often taken at that moment.
    set_up_logs(settings(), os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8", buffering=1))
    priority.lower_process(priority.SHORT_LANE)
    # Errors of a task are passed to the caller, which logs unexpected ones; a visitor's bad picture is not an error of the worker.
    logging.getLogger("distributed.worker").addFilter(
        lambda record: not record.getMessage().startswith("Compute Failed")
    )
    threading.Thread(target=_load_soon, args=(worker,), name="tensorflow-in-advance", daemon=True).start()
    threading.Thread(target=_leave_when_closed, args=(worker,), name="leave-when-closed", daemon=True).start()


def _end_with_the_host() -> None:
    """Let the system end this process when its parent dies, even if it hangs.

    Dask watches the parent in a thread of this process, which does not run if the process hangs: it would keep its run's lock for ever, and
    nobody could take over or cancel the run. (Other systems than Linux have no such signal; there it must be ended by hand.)
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def load_tensorflow() -> None:
    """Import TensorFlow and Numba, or wait until that is done; every task calls this before it uses `mnistlab.cnn`.

    Python's import locks give way if two threads import a large package at the same time, and TensorFlow then fails half-loaded.
    """
    with _loading:
        import mnistlab.cnn.ascent.kernels
        import mnistlab.cnn.training  # noqa: F401


def _leave_when_closed(worker: Any) -> None:
    """End this process soon after its worker was closed, whatever it is doing.

    A worker that has lost its scheduler closes, but a run in its thread would go on and hold the run's lock, while another worker (perhaps on
    another machine) was given the same run.
    """
    while worker.status.name not in GONE:
        time.sleep(CLOSED_POLL_SECONDS)
    time.sleep(CLOSING_SECONDS)
    os._exit(0)


def _load_soon(worker: Any) -> None:
    # Importing keeps the interpreter busy, so the worker should register with the scheduler first.
    while worker.status.name != "running":
        time.sleep(0.02)
    load_tensorflow()
    if "long" in worker.state.total_resources:
        # Only now: beside twenty other programs a niceness of 10 leaves a hundredth of a core, and the import alone would take ten minutes.
        priority.lower_process(priority.LONG_LANE - priority.SHORT_LANE)
