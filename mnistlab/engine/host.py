"""A process with a scheduler and its workers on the loopback address, which ends when its app does.

Started as `python -m mnistlab.engine.host` by `Engine`. It prints one line of JSON with the scheduler's address and the certificate that
its processes show each other, and runs until its standard input closes: that happens however the app ends, even by SIGKILL. The
workers in turn watch this process. Other accounts can reach the loopback address too, but are refused (docs/decisions/0021).
"""

import asyncio
import contextlib
import json
import os
import sys
import threading
from dataclasses import asdict
from functools import partial

import dask
import psutil
from distributed import Nanny

from mnistlab.engine.certificates import Certificate
from mnistlab.engine.lanes import keep_worker
from mnistlab.engine.nodes import QuietScheduler, QuietWorker
from mnistlab.engine.scratch import Scratch
from mnistlab.engine.silence import LEAST_SILENCE
from mnistlab.logs import set_up_logs
from mnistlab.settings import settings

LOOPBACK = "127.0.0.1"
# A lost worker takes its run with it; after this many in a row the run itself is the cause.
WORKER_DEATHS_FORGIVEN = 3

DASK_SETTINGS = {
    "distributed.scheduler.allowed-failures": WORKER_DEATHS_FORGIVEN,
    # The workers' Python files do not change, and no disk statistics are used.
    "distributed.admin.system-monitor.disk": False,
    # There are no web pages (`nodes.py`), so the code for them is not imported.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.daemon": True,
    # Dask's default returns every larger array to the system at once and requests it again, which makes a dream 1.4 times slower.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 64 << 20,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 16 << 20,
}


async def serve(scratch: Scratch) -> None:
    """Run scheduler and workers until this process ends; `scratch`: folder for the workers' temporary files."""
    certificate = Certificate.new()
    security = certificate.security()
    # A worker on any lane that stops responding is restarted. (The app notices a hanging run sooner.)
    silence = {"distributed.scheduler.worker-ttl": f"{max(LEAST_SILENCE, settings().hang)}s"}
    # The scheduler has a folder, too; Dask's default for it is in a fixed place, which somebody else may have taken.
    dask.config.set(DASK_SETTINGS | silence | {"temporary-directory": str(scratch.path)})
    # Name -> lane: one worker answers questions, the others carry out runs.
    lanes = {"short": "short", "long": "long"}
    lanes |= {f"long-{number}": "long" for number in range(2, settings().long_workers + 1)}
    worker = {
        "worker_class": QuietWorker,
        "security": security,
        "nthreads": 1,
        "preload": ["mnistlab.engine.preload"],
        "local_directory": str(scratch.path),
        "memory_limit": settings().worker_memory,
        "host": LOOPBACK,
    }
    async with QuietScheduler(host=LOOPBACK, port=0, dashboard=False, security=security) as scheduler:
        with contextlib.suppress(BrokenPipeError):  # The app may be gone already.
            print(json.dumps({"address": scheduler.address, **asdict(certificate)}), flush=True)
        # Not Dask's own cluster class: it closes the nanny of a worker that does not restart within seconds, and starts no other.
        await asyncio.gather(
            *(
                keep_worker(partial(Nanny, scheduler.address, name=name, resources={lane: 1}, **worker))
                for name, lane in lanes.items()
            )
        )


def end_with_the_app(scratch: Scratch) -> None:
    """Wait until standard input closes, then end this process and its workers at once, whatever they are doing.

    All lasting data is on disk. It watches from the first moment, in a thread of its own: otherwise a worker that dies while it starts
    would keep this process waiting, unaware that the app is gone.
    """
    sys.stdin.read()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            process.kill()
    # Without waiting for them, because their nannies, in this process, would start others.
    scratch.remove()
    os._exit(0)


if __name__ == "__main__":
    folder = Scratch()
    threading.Thread(target=end_with_the_app, args=(folder,), daemon=True).start()
    set_up_logs(settings())
    try:
        asyncio.run(serve(folder))
    finally:
        folder.remove()
