"""The scheduler and workers that an app starts, as one child process."""

import contextlib
import json
import os
import subprocess
import sys

from mnistlab.checkout import ROOT
from mnistlab.engine.certificates import Certificate
from mnistlab.errors import EngineError
from mnistlab.settings import PREFIX, SECRETS, SERVER_ENVIRONMENT

CLOSE_SECONDS = 5.0
# Not passed on, because workers need none of the app's secrets.
KEPT_HERE = {f"{PREFIX}{name.upper()}" for name in SECRETS}
# Dask logs every connection and everything that a sudden end interrupts, but the events of runs are logged elsewhere. Python's
# resource tracker warns about semaphores of killed workers, and removes them.
QUIET = {"DASK_LOGGING__DISTRIBUTED": "error", "PYTHONWARNINGS": "ignore:resource_tracker"}


class LocalHost:
    """A running `mnistlab.engine.host`.

    Attributes:
        address: address of its scheduler.
        certificate: its certificate, which it and its workers show and require. It came through the pipe, which nobody else can read.
    """

    def __init__(self) -> None:
        """Start it and wait for its scheduler, about half a second.

        Raises:
            EngineError: if it did not start.
        """
        # Its standard input is its lifeline: the system closes it however this process ends.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mnistlab.engine.host"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=_environment() | QUIET,
            # A Ctrl-C in the terminal is for the app, which then ends the host in order.
            start_new_session=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        try:
            said = json.loads(line)
            self.address = str(said["address"])
            self.certificate = Certificate(said["certificate"], said["key"])
        except (ValueError, KeyError):
            self.close()
            raise EngineError("The workers could not be started; the terminal of the app says why.") from None

    def is_alive(self) -> bool:
        """Return whether the process runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it and all its workers."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def _environment() -> dict[str, str]:
    """Return this process's environment without secrets and without what `serve` has set for the server alone."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in KEPT_HERE and SERVER_ENVIRONMENT.get(name) != value
    }
