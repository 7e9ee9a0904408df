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
# Milliseconds: what is there is seen at once, and a busy machine is slow.
PATIENCE = 180_000
# Every page there is, by its address.
PAGES = ("/", *(f"/{page.stem}" for page in sorted((ROOT / "pages").glob("*.py"))))
# Of a server whose pages alone are tried: nothing listens on the discard port, so no workers are started, and none loads TensorFlow.
WITHOUT_WORKERS = {"MNISTLAB_SCHEDULER": "tcp://127.0.0.1:9"}
SMALL = "data=embedded&train_size=1000&epochs=2"
LONG = "data=embedded&train_size=20000&epochs=50"


@dataclass(frozen=True)
class Server:
    address: str
    process: subprocess.Popen
    home: Path
    said: Path


@contextmanager
def running_server(
    home: Path, *options: str, host: str = "127.0.0.1", log: Path | None = None, **environment: str
) -> Iterator[Server]:
    """Start a server and wait until it listens at `host`.

    What it prints is in the file `said`; with `log`, what it prints on either stream is there.
    """
    with socket.socket(family_of(host)) as free:
        free.bind((host, 0))
        port = free.getsockname()[1]
    said = log or home.with_name(f"{home.name}-{port}.txt")
    output = said.open("wb")
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
        stdout=output,
        stderr=None if log is None else output,
    )
    try:
        wait_for_port(port, host)
        yield Server(f"http://{f'[{host}]' if ':' in host else host}:{port}", process, home, said)
    finally:
        process.terminate()
        process.wait(60)
        output.close()


def find_chromium() -> str:
    """Return where Chromium is; skip the test where there is none."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("there is no Chromium on this machine")
    return executable


def family_of(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def wait_for_port(port: int, host: str = "127.0.0.1", seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket(family_of(host)) as trial:
            if trial.connect_ex((host, port)) == 0:
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
