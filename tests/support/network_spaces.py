"""Network namespaces that stand for machines: a hub, and two others with a line to it each."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

HUB, SIDES = "hub", ("left", "right")
PORT = 8786


class Machines:
    """Three machines. `left` is at 10.77.1.2, `right` at 10.77.2.2; the hub is the .1 of both."""

    def __init__(self) -> None:
        self._prefix = f"ml{os.getpid()}"

    def name(self, machine: str) -> str:
        return f"{self._prefix}-{machine}"

    def address(self, side: str) -> str:
        """Return where the scheduler on the hub is for those on one side."""
        return f"tcp://10.77.{1 + SIDES.index(side)}.1:{PORT}"

    def start(self, machine: str, *command: str, **options) -> subprocess.Popen:
        return subprocess.Popen(["ip", "netns", "exec", self.name(machine), *command], **options)

    def cut(self, side: str) -> None:
        """Cut the line: nothing arrives any more, and nobody is told."""
        _ip("-n", self.name(side), "link", "set", "line", "down")

    def make(self) -> None:
        for machine in (HUB, *SIDES):
            _ip("netns", "add", self.name(machine))
            _ip("-n", self.name(machine), "link", "set", "lo", "up")
        for number, side in enumerate(SIDES, 1):
            _ip(
                "link",
                "add",
                side,
                "netns",
                self.name(HUB),
                "type",
                "veth",
                "peer",
                "name",
                "line",
                "netns",
                self.name(side),
            )
            for machine, line, last in ((HUB, side, 1), (side, "line", 2)):
                _ip("-n", self.name(machine), "address", "add", f"10.77.{number}.{last}/24", "dev", line)
                _ip("-n", self.name(machine), "link", "set", line, "up")

    def remove(self) -> None:
        for machine in (HUB, *SIDES):
            subprocess.run(["ip", "netns", "del", self.name(machine)], capture_output=True, check=False)


@contextmanager
def three_machines() -> Iterator[Machines]:
    """Make them; skip where this user or system may not."""
    if not sys.platform.startswith("linux") or shutil.which("ip") is None:
        pytest.skip("network namespaces need Linux and the program ip")
    machines = Machines()
    try:
        machines.make()
    except subprocess.CalledProcessError as error:
        machines.remove()
        pytest.skip(f"this user may not make network namespaces: {error.stderr.decode().strip()}")
    try:
        yield machines
    finally:
        machines.remove()


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], capture_output=True, check=True)
