"""Who gives way to whom where server and workers share the cores.

A training must not slow down the answers to a visitor's clicks, nor these the pages of thirty others. (Ordinary priority for answers: 86 % of
interactions within a second instead of 91 to 94, and what visitors had asked came later, too; docs/measured.md.) All are steps above the
niceness that the app was started with.
"""

import contextlib
import os
import sys
import threading
from pathlib import Path

SHORT_LANE, ASIDE, LONG_LANE = 5, 8, 10


def lower_process(steps: int) -> None:
    """Raise the niceness of this process by so many steps: on Linux that of each thread, and a thread passes it on to those that it starts."""
    threads = [int(entry.name) for entry in Path("/proc/self/task").iterdir()] if sys.platform == "linux" else [0]
    for thread in threads:
        _lower(thread, steps)


def lower_thread(steps: int) -> None:
    """Raise the niceness of the calling thread by so many steps. Nothing happens where a process has one niceness for all its threads."""
    if sys.platform == "linux":
        _lower(threading.get_native_id(), steps)


def _lower(thread: int, steps: int) -> None:
    # A thread may have ended since it was listed, and not every system knows priorities.
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + steps)
