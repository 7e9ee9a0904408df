"""The speed of a page under a visitor's hand, measured from outside: from a slider's move to another picture in the browser."""

import time
from statistics import median
from typing import Any

from mnistlab.commands.bench_pages import READY, find_chromium, server

MOVES = 10
# The address of the picture a selector finds, in the page or in one of its components, once it is another than before.
CHANGED = """([selector, before]) => {
  const roots = [document, ...[...document.querySelectorAll('*')].map((node) => node.shadowRoot).filter(Boolean)];
  const picture = roots.map((root) => root.querySelector(selector)).find(Boolean);
  return picture && picture.src && picture.src !== before && picture.complete ? picture.src : false;
}"""


def preview() -> dict[str, Any]:
    """Return the milliseconds from a slider's move on the page Dream to the first picture that follows it; errors as for `_moves`."""
    times = _moves("/dream", "Blend borders", "ArrowLeft", ".board .dream", "After each iteration")
    return {"dream_preview_ms": round(median(times)), "dream_preview_worst_ms": round(max(times))}


def redraw() -> dict[str, Any]:
    """Return the milliseconds from a slider's move on the page OIP to the new pattern of 100 steps; errors as for `_moves`."""
    address = "/oip?ascent.steps=100&start.amplitudes=0.1,0.3,0.3,0.3"
    times = _moves(address, "Scale 1", "ArrowRight", "img.lab-pattern", "Set beside real digits")
    return {"oip_redraw_ms": round(median(times)), "oip_redraw_worst_ms": round(max(times))}


def _moves(path: str, slider_name: str, key: str, picture: str, complete: str) -> list[float]:
    """Return the milliseconds of each of ten moves.

    Arguments:
        path: the page.
        slider_name: how the name of the slider begins.
        key: that moves it, each time to a value it has not had: what was computed before is there at once.
        picture: selector of the picture that follows it.
        complete: a heading that is there once the page has all its answers.

    Raises:
        MnistlabError: there is no browser to measure with.
    """
    chromium, playwright_of = find_chromium()
    times = []
    with playwright_of() as playwright, server() as (address, _):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{address}{path}")
        page.locator(READY).wait_for()
        page.get_by_text(complete).first.wait_for(timeout=120_000)
        slider = page.get_by_role("slider", name=slider_name).first
        slider.focus()
        for _ in range(MOVES + 2):
            page.get_by_text(complete).first.wait_for()
            page.locator(READY).wait_for()
            page.wait_for_timeout(700)
            before = page.evaluate(CHANGED, [picture, ""])
            clock = time.perf_counter()
            slider.press(key)
            page.wait_for_function(CHANGED, arg=[picture, before], polling=5)
            times.append(1000 * (time.perf_counter() - clock))
        browser.close()
    # The first moves make the worker compile what it has not needed yet.
    return times[2:]
