"""Keep the processors busy for a bounded time: what a crowded machine does to an app.

    python -m scripts.busy --processes 20 --seconds 60

Each process burns one processor at ordinary priority. It ends by itself when its time is over, and within a moment when whoever started it
has ended, however that was. With `--apart` each has a session of its own: Linux then gives each as large a share of the processors as a
whole app with all its workers gets, as if they were twenty other people's.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator

MOST_PROCESSES = 64
MOST_SECONDS = 3600.0
# Between two looks at the clock and at the parent.
BURN_SECONDS = 0.05


@contextlib.contextmanager
def busy(processes: int, seconds: float, apart: bool = False) -> Iterator[None]:
    """Burn in `processes` processes while the block runs, and no longer than `seconds`.

    Arguments:
        processes: 0 to MOST_PROCESSES; none for a machine left as it is.
        seconds: up to MOST_SECONDS, after which they end even if the block still runs.
        apart: whether each has a session of its own.
    """
    processes, seconds = min(processes, MOST_PROCESSES), min(seconds, MOST_SECONDS)
    # This very file without its package: a burner imports nothing of ours, so it burns at once.
    command = [sys.executable, __file__, "--burn", str(os.getpid()), "--seconds", str(seconds)]
    burners = [subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=apart) for _ in range(processes)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
        for burner in burners:
            burner.wait()


def burn(parent: int, seconds: float) -> None:
    """Burn one processor for `seconds`, or until `parent` is this process's parent no more."""
    end = time.monotonic() + seconds
    while os.getppid() == parent and (now := time.monotonic()) < end:
        number = 1
        while time.monotonic() < now + BURN_SECONDS:
            number = number * 3 % 1_000_003


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--apart", action="store_true")
    parser.add_argument("--burn", type=int, metavar="PARENT", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.burn is not None:
        burn(arguments.burn, min(arguments.seconds, MOST_SECONDS))
        return
    with busy(arguments.processes, arguments.seconds, arguments.apart):
        time.sleep(min(arguments.seconds, MOST_SECONDS))


if __name__ == "__main__":
    main()
