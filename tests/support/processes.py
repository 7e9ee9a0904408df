"""Finding processes, and waiting for their end."""

import contextlib
from collections.abc import Callable, Iterable
from typing import TypeVar

import psutil
from support.waiting import wait_for

Answer = TypeVar("Answer")

# They notice within seconds; a busy machine may take longer.
GONE_SECONDS = 60


def descendants(pid: int | None = None) -> list[psutil.Process]:
    """Return all processes that a process (this one, if none is named) has started, and those they have started."""
    return psutil.Process(pid).children(recursive=True)


def answers(
    processes: Iterable[psutil.Process], question: Callable[[psutil.Process], Answer]
) -> list[tuple[psutil.Process, Answer]]:
    """Return each process with what `question` finds in it, without those that end before they are asked."""
    found = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            found.append((process, question(process)))
    return found


def listening_at(process: psutil.Process) -> dict[int, str]:
    """Return the TCP ports at which a process listens -> the address it listens on."""
    return {
        connection.laddr.port: connection.laddr.ip
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }


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
    for process, ports in answers(among, listening_at):
        if port in ports:
            return process
    raise AssertionError(f"nobody listens at {port}")
