"""Open the app: for this machine, or on purpose for others."""

import os
import socket
import sys
from pathlib import Path
from typing import Never

from mnistlab.errors import MnistlabError
from mnistlab.log_lines import print_json_only
from mnistlab.settings import SERVER_MEMORY, settings

ROOT = Path(__file__).parents[2]
FIRST_PORT = 8501
PORTS_TRIED = 20
LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - only with --lab, on purpose
LAB_MEANS = (
    "Lab mode: every machine that reaches this one can open the app and train on it. Visitors are told apart by a token in their "
    "browsers, which is no login; what they send is not encrypted. Read docs/security.md. Stop it with Ctrl-C."
)
SEES = {True: "Each visitor sees their own runs only.", False: "Everybody sees all runs."}


def serve(port: int | None, lab: bool) -> Never:
    """Become the server; does not return.

    Raises:
        MnistlabError: the port is in use, or is no port.
    """
    # A setting that cannot be used is told here, before anything starts.
    lab = lab or settings().lab
    if settings().log_format == "json":
        print_json_only()
    address = EVERYWHERE if lab else LOOPBACK
    if port is not None and not 1 <= port <= 65535:
        raise MnistlabError(f"A port is a number from 1 to 65535. Received: {port}.")
    if port is None:
        port = next((port for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED) if _is_free(address, port)), None)
        if port is None:
            raise MnistlabError(
                f"All ports from {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} are in use; name one with --port."
            )
        if port != FIRST_PORT:
            print(f"Port {FIRST_PORT} is in use, so the app opens on {port}.", flush=True)
    elif not _is_free(address, port):
        raise MnistlabError(f"Port {port} is in use; name another with --port.")
    if lab:
        print(LAB_MEANS, SEES[settings().private], flush=True)
        os.environ["MNISTLAB_LAB"] = "1"
    for name, value in SERVER_MEMORY.items():
        os.environ.setdefault(name, value)
    os.chdir(ROOT)
    # Replaces this process, so that signals reach the server itself. Started by a file, Streamlit would put that file's folder on the
    # path of imports, where our short module names hide other packages'.
    command = "from mnistlab.ui.server import main; main()"
    os.execv(sys.executable, [sys.executable, "-c", command, address, str(port)])


def _is_free(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        # As the server itself does: a port that waits out an old connection counts as free.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, port))
        except OSError:
            return False
        return True
