"""The speed of the page Activations, measured from outside: from a visitor's click to the server's last word on it."""

import time
from statistics import median
from typing import Any

from mnistlab.commands.bench_pages import READY, find_chromium, server

SWITCHES = 12
# A page that has said nothing for so long has said all.
SETTLED_MS = 900


def mosaic() -> dict[str, Any]:
    """Return the milliseconds of work on server and worker until another digit's mosaic, and another layer's, has been sent.

    Raises:
        MnistlabError: there is no browser to measure with.
    """
    chromium, playwright_of = find_chromium()
    asked: list[float] = []
    told: list[float] = []

    def listen(socket: Any) -> None:
        socket.on("framesent", lambda _: asked.append(time.perf_counter()))
        socket.on("framereceived", lambda _: told.append(time.perf_counter()))

    with playwright_of() as playwright, server() as (address, _):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("websocket", listen)
        page.goto(f"{address}/activations")
        page.locator(READY).wait_for()
        # All answers that come later are there now, so that nothing but the switch itself is measured.
        page.get_by_text("test digits its largest value").wait_for(timeout=180_000)
        page.wait_for_timeout(SETTLED_MS)

        def switch(click: Any) -> float:
            asked.clear()
            told.clear()
            click()
            page.wait_for_timeout(SETTLED_MS)
            return 1000 * (told[-1] - asked[0])

        digits = [switch(page.get_by_role("button", name="Next", exact=True).click) for _ in range(SWITCHES)]
        names = ("Max_Pool_1", "Conv2D_2", "Max_Pool_2", "Conv2D_3", "Dense_1", "Conv2D_1")
        layers = [switch(page.get_by_text(name, exact=True).first.click) for name in names * 2]
        browser.close()
    return {
        "mosaic_ms": round(median(digits + layers)),
        "digit_switch_ms": round(median(digits)),
        "layer_switch_ms": round(median(layers)),
    }
