"""The latency of a page, measured from outside: from a slider's move to another picture in the browser."""

from statistics import median

from mnistlab.bench import Figures
from mnistlab.bench.pages import READY, find_chromium, server

MOVES = 10
# From a key event, by the page's own clock, to the frame in which `selector` matches another picture, in the page or in one
# of its components. It listens for changes, because polling would take the time that it measures. A component may be replaced
# together with its picture, so it listens to each new one as well.
WATCH = """(selector) => {
  const roots = new Set(), attach = Element.prototype.attachShadow;
  const find = () => [...roots].filter((root) => root === document || root.host.isConnected)
    .map((root) => root.querySelector(selector)).find(Boolean);
  let start = null;
  window.labMilliseconds = null;
  const look = async () => {
    const picture = find();
    if (start === null || !picture?.src || picture.src === before) return;
    const begun = start;
    start = null;
    observer.disconnect();
    Element.prototype.attachShadow = attach;
    await picture.decode().catch(() => picture.decode());  // The next picture may have come meanwhile.
    requestAnimationFrame(() => { window.labMilliseconds = performance.now() - begun; });
  };
  const observer = new MutationObserver(look);
  const watch = (root) => {
    roots.add(root);
    observer.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ['src'] });
    return root;
  };
  [document, ...[...document.querySelectorAll('*')].map((node) => node.shadowRoot).filter(Boolean)].forEach(watch);
  Element.prototype.attachShadow = function (options) { return watch(attach.call(this, options)); };
  const before = find()?.src;
  document.addEventListener('keydown', (event) => { start = event.timeStamp; }, { capture: true, once: true });
}"""


def preview() -> Figures:
    """Return the milliseconds from a slider's move on the page Dream to the first picture after it; errors as for `_moves`."""
    times = _moves("/dream", "Blend borders", "ArrowLeft", ".board .dream", "After each iteration")
    return {"dream_preview_ms": round(median(times)), "dream_preview_worst_ms": round(max(times))}


def redraw() -> Figures:
    """Return the milliseconds from a slider's move on the page OIP to the new pattern of 100 steps; errors as for `_moves`."""
    address = "/oip?ascent.steps=100&start.amplitudes=0.1,0.3,0.3,0.3"
    times = _moves(address, "Scale 1", "ArrowRight", "img.lab-pattern", "Compared with real digits")
    return {"oip_redraw_ms": round(median(times)), "oip_redraw_worst_ms": round(max(times))}


def _moves(path: str, slider_name: str, key: str, picture: str, complete: str) -> list[float]:
    """Return the milliseconds of each of ten moves.

    Arguments:
        path: the page.
        slider_name: beginning of the slider's name.
        key: key that moves it, each time to a new value, because earlier pictures are cached.
        picture: selector of the picture that changes.
        complete: a heading that is present once the page has all its answers.

    Raises:
        MnistlabError: if there is no browser to measure with.
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
            page.evaluate(WATCH, picture)
            slider.press(key)
            page.wait_for_function("() => window.labMilliseconds", polling=100)
            times.append(float(page.evaluate("() => window.labMilliseconds")))
        browser.close()
    # During the first moves the worker still compiles.
    return times[2:]
