"""The speed of the pages, measured from outside: a fresh server and a real browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from mnistlab.bench import Figures
from mnistlab.checkout import ROOT
from mnistlab.errors import MnistlabError
from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.link import to_link
from mnistlab.settings import PREFIX

ROUNDS = 3
TICKS = 12
# Long enough to watch, small enough to compile quickly.
WATCHED = TrainingRecipe(data="embedded", train_size=60_000, epochs=20)
READY = "[data-testid=stApp][data-test-script-state=notRunning]"


def find_chromium() -> tuple[str, Any]:
    """Return the path of Chromium, and Playwright's `sync_playwright`.

    Raises:
        MnistlabError: if one of them is missing.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        raise MnistlabError(
            "The pages are measured with Chromium and Playwright (requirements-dev.txt); one of them is missing."
        )
    return chromium, sync_playwright


def pages() -> Figures:
    """Return seconds from the server's start to the first page, milliseconds of a live tick on the server, and its memory in MB.

    Raises:
        MnistlabError: if there is no browser to measure with.
    """
    chromium, sync_playwright = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        # Only the first start reads package files from disk, so it does not count.
        first_page = [_first_page(browser) for _ in range(ROUNDS + 1)][1:]
        ticks, megabytes = _ticks(browser)
        browser.close()
    return {
        "first_page_seconds": round(median(first_page), 2),
        "tick_ms": round(median(ticks), 1),
        "server_mb": round(megabytes),
    }


@contextmanager
def server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a server with its own store; yield its address and process."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as home:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        process = subprocess.Popen(
            [sys.executable, "-m", "mnistlab", "serve", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, f"{PREFIX}HOME": home, f"{PREFIX}DOWNLOAD": "", "STREAMLIT_SERVER_HEADLESS": "true"},
            stdout=subprocess.DEVNULL,
        )
        try:
            while not _answers(port):
                time.sleep(0.01)
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def _first_page(browser: Any) -> float:
    page = browser.new_page()
    clock = time.perf_counter()
    with server() as (address, _):
        page.goto(address)
        # The last heading of Home: everything above it has been drawn.
        page.get_by_text("Where to go from here").wait_for()
        seconds = time.perf_counter() - clock
        page.close()
    return seconds


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _ticks(browser: Any) -> tuple[list[float], float]:
    """Return the milliseconds between the request of a tick and the server's last message about it, while a training runs."""
    asked: list[float] = []
    ticks: list[float] = []

    def listen(socket: Any) -> None:
        socket.on("framesent", lambda _: asked.append(time.perf_counter()))
        socket.on("framereceived", lambda _: ticks.append(1000 * (time.perf_counter() - asked[-1])) if asked else None)

    with server() as (address, process):
        page = browser.new_page()
        page.on("websocket", listen)
        page.goto(f"{address}/train?" + "&".join(f"{name}={value}" for name, value in to_link(WATCHED).items()))
        page.locator(READY).wait_for()
        page.get_by_role("button", name="Start").click()
        page.get_by_text("Images per second").wait_for(timeout=120_000)
        last_of_each: list[float] = []
        while len(last_of_each) < TICKS:
            before = len(asked)
            page.wait_for_timeout(450)
            if len(asked) > before and ticks:
                last_of_each.append(ticks[-1])
        megabytes = _resident_megabytes(process.pid)
        page.close()
    return last_of_each, megabytes


def _resident_megabytes(pid: int) -> float:
    import psutil

    return float(psutil.Process(pid).memory_info().rss / 1e6)
