"""Permanent workers: each has its own nanny, and a lane whose nanny is lost gets another without affecting the other lanes."""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable
from typing import Any

from distributed import Status

# Time for a worker's process to connect to its nanny, doubled after each failure: on a crowded machine it gets a hundredth of a
# processor and needs more than a second of it.
START_SECONDS = 60.0
LOOK_SECONDS = 1.0
# Pause before a lane gets a new nanny.
REST_SECONDS = 1.0
log = logging.getLogger("mnistlab.engine")


async def keep_worker(make_nanny: Callable[[], Any]) -> None:
    """Keep one worker running until cancelled. `make_nanny`: returns a `distributed.Nanny` that is not started yet."""
    while True:
        nanny = make_nanny()
        guard = asyncio.create_task(_end_stuck(nanny))
        try:
            async with nanny:
                await nanny.finished()
        except Exception as error:
            log.warning("A worker could not be started (%s); another is tried", type(error).__name__)
        finally:
            guard.cancel()
        # A nanny can give up if its worker dies while it starts.
        await asyncio.sleep(REST_SECONDS)


async def _end_stuck(nanny: Any) -> None:
    """Kill worker processes that never start; the nanny, or the lane, starts another. Those that have started are left to the scheduler."""
    patience, since, watched = START_SECONDS, time.monotonic(), None
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        process = nanny.process
        pid = process.pid if process is not None and process.status == Status.starting else None
        if pid != watched:
            watched, since = pid, time.monotonic()
        elif pid is not None and time.monotonic() - since > patience:
            log.warning("A worker did not come up within %g seconds and is started anew", patience)
            patience, since = 2 * patience, time.monotonic()
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
