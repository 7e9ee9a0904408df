"""Finding processes, and waiting for their end."""

import psutil
from support.waiting import wait_for

# They notice within seconds; a busy machine may take longer.
GONE_SECONDS = 60


def descendants(pid: int | None = None) -> list[psutil.Process]:
    """Return all processes that a process (this one, if none is named) has started, and those they have started."""
    return psutil.Process(pid).children(recursive=True)


def is_alive(process: psutil.Process) -> bool:
    """Return whether it still runs; a dead one that nobody has buried does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(processes: list[psutil.Process]) -> None:
    """Wait until all of them have ended."""
    assert processes, "nothing to wait for"
    wait_for(lambda: not any(map(is_alive, processes)), GONE_SECONDS, f"the end of {processes}")


def listener(port: int, among: list[psutil.Process]) -> psutil.Process:
    """Return the process that listens at `port`."""
    for process in among:
        for connection in process.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
                return process
    raise AssertionError(f"nobody listens at {port}")
