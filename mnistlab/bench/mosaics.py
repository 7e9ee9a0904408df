"""The speed of the page Activations, measured from outside: from a visitor's click to the server's last message about it."""

import contextlib
import time
from statistics import median
from typing import Any

from mnistlab.bench import Figures
from mnistlab.bench.pages import READY, find_chromium, server

SWITCHES = 12
# A page that has sent nothing for this long is complete.
SETTLED_MS = 900


def mosaic() -> Figures:
    """Return the milliseconds until the mosaic of another digit, and of another layer, has been sent, and the processor time of all processes for it.

    `mosaic_ms` is the processor time of server, scheduler and workers together for one switch, less their idle use: unlike
    wall-clock time it does not depend on the machine's other load.

    Raises:
        MnistlabError: if there is no browser to measure with.
    """
    chromium, playwright_of = find_chromium()
    asked: list[float] = []
    told: list[float] = []

    def listen(socket: Any) -> None:
        socket.on("framesent", lambda _: asked.append(time.perf_counter()))
        socket.on("framereceived", lambda _: told.append(time.perf_counter()))

    with playwright_of() as playwright, server() as (address, process):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("websocket", listen)
        page.goto(f"{address}/activations?act.tab=tests")
        page.locator(READY).wait_for()
        # All later answers have arrived, so that only the switch itself is measured.
        page.get_by_text("test digits its largest value").wait_for(timeout=180_000)
        page.get_by_role("tab", name="Where the value comes from").click()
        page.get_by_text("This node sees").wait_for()

        def switch(click: Any) -> tuple[float, float]:
            asked.clear()
            told.clear()
            before = _work(process.pid)
            click()
            page.wait_for_timeout(SETTLED_MS)
            wall = 1000 * (told[-1] - asked[0]) if told and asked else 0.0
            return wall, _work(process.pid) - before

        page.wait_for_timeout(SETTLED_MS)
        digits = [switch(page.get_by_role("button", name="Next", exact=True).click) for _ in range(SWITCHES)]
        names = ("Max_Pool_1", "Conv2D_2", "Max_Pool_2", "Conv2D_3", "Dense_1", "Conv2D_1")
        layers = [switch(page.get_by_text(name, exact=True).first.click) for name in names * 2]
        # Measured last, when no worker is loading anything.
        idle = median(switch(lambda: None)[1] for _ in range(SWITCHES))
        browser.close()
    return {
        "mosaic_ms": round(median(work for _, work in digits + layers) - idle),
        "idle_ms": round(idle),
        "digit_switch_wall_ms": round(median(wall for wall, _ in digits)),
        "layer_switch_wall_ms": round(median(wall for wall, _ in layers)),
    }


def _work(pid: int) -> float:
    """Return the processor time in milliseconds that a process and its descendants have used."""
    import psutil

    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    used = 0.0
    for process in family:
        # Some end during the measurement.
        with contextlib.suppress(psutil.NoSuchProcess):
            used += sum(process.cpu_times()[:2])
    return 1000 * used
