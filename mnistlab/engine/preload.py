"""Loaded by each worker as it starts: imports TensorFlow in advance and makes way for the short lane."""

import contextlib
import os
import threading
import time
from typing import Any

from distributed.core import Status

# Two lanes share the cores: a training must not slow down the answers to a visitor's clicks.
LONG_LANE_NICENESS = 10


def dask_setup(worker: Any) -> None:
    """Called by Dask in the worker's process; returns at once, so that the worker registers without delay."""
    if "long" in worker.state.total_resources and hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(LONG_LANE_NICENESS)
    threading.Thread(target=_load, args=(worker,), name="tensorflow-in-advance", daemon=True).start()


def _load(worker: Any) -> None:
    # Importing keeps the interpreter busy; the worker should be known to the scheduler first.
    while worker.status is not Status.running:
        time.sleep(0.02)
    # The import locks make a task that comes too early wait for the same import.
    import mnistlab.cnn.training  # noqa: F401, PLC0415
