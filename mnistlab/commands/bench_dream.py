"""The speed of the page Dream, measured from outside: from a slider's move to another picture in the browser."""

import time
from statistics import median
from typing import Any

from mnistlab.commands.bench_pages import READY, find_chromium, server

MOVES = 10
CHANGED = """(before) => {
  const roots = [document, ...[...document.querySelectorAll('*')].map((node) => node.shadowRoot).filter(Boolean)];
  const picture = roots.map((root) => root.querySelector('.board .dream')).find(Boolean);
  return picture && picture.src && picture.src !== before && picture.complete ? picture.src : false;
}"""


def preview() -> dict[str, Any]:
    """Return the milliseconds between a slider's move and the first picture that follows it, in the browser.

    Raises:
        MnistlabError: there is no browser to measure with.
    """
    chromium, playwright_of = find_chromium()
    times = []
    with playwright_of() as playwright, server() as (address, _):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{address}/dream")
        page.locator(READY).wait_for()
        page.get_by_text("After each iteration").wait_for(timeout=120_000)
        slider = page.get_by_role("slider", name="Blend borders")
        slider.focus()
        for move in range(MOVES + 2):
            page.get_by_text("After each iteration").wait_for()
            page.locator(READY).wait_for()
            page.wait_for_timeout(700)
            before = page.evaluate(CHANGED, "")
            clock = time.perf_counter()
            slider.press("ArrowLeft" if move % 8 < 4 else "ArrowRight")
            page.wait_for_function(CHANGED, arg=before, polling=5)
            times.append(1000 * (time.perf_counter() - clock))
        browser.close()
    # The first moves make the worker compile what it has not needed yet.
    return {"dream_preview_ms": round(median(times[2:])), "dream_preview_worst_ms": round(max(times[2:]))}
