"""A real server on the embedded digits, and what visitors do first."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
PATIENCE = 90_000
SMALL = "data=embedded&train_size=1000&epochs=2"
LONG = "data=embedded&train_size=20000&epochs=50"


@dataclass(frozen=True)
class Server:
    address: str
    process: subprocess.Popen
    home: Path


@contextmanager
def running_server(home: Path, *options: str, log: Path | None = None, **environment: str) -> Iterator[Server]:
    """Run a server with these options; `log`: where all that it prints goes, on either stream."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    printed = None if log is None else log.open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "mnistlab", "serve", "--port", str(port), *options],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("MNISTLAB_")},
            "MNISTLAB_HOME": str(home),
            "MNISTLAB_DOWNLOAD": "",
            "KERAS_HOME": str(home / "no-keras"),
            "STREAMLIT_SERVER_HEADLESS": "true",
            **environment,
        },
        stdout=subprocess.DEVNULL if printed is None else printed,
        stderr=printed,
    )
    if printed is not None:
        printed.close()
    try:
        wait_for_port(port)
        yield Server(f"http://127.0.0.1:{port}", process, home)
    finally:
        process.terminate()
        process.wait(30)


def find_chromium() -> str:
    """Return where Chromium is; skip the test where there is none."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("there is no Chromium on this machine")
    return executable


def wait_for_port(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"no server on port {port}")


def open_page(page: Page, address: str) -> None:
    """Open an address and wait until the script behind it has run."""
    page.goto(address)
    page.locator(IDLE).wait_for()
    assert page.get_by_test_id("stException").count() == 0


def start(page: Page, server: Server, choices: str) -> str:
    """Open Train with these choices, press Start and return the id of the run."""
    open_page(page, f"{server.address}/train?{choices}")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile("run="))
    return re.search(r"run=([a-z0-9-]+)", page.url).group(1)
