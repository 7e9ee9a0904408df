"""How far the elements of a page move after its title is there, by the browser's own account (web.dev/articles/cls)."""

from playwright.sync_api import Page

# The most a page may move in a visit: what a browser's makers call good is twice that.
STILL = 0.05
# Milliseconds after which a page is shown as it is.
LONGEST = 8_000
# Before the title there is nothing of ours.
WATCH = """(() => {
  window.moves = [];
  const look = () => {
    const title = document.querySelector('[data-testid=stMain] h1');
    if (title && getComputedStyle(title).visibility === 'visible') window.titled = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const name = ({ node, previousRect, currentRect }) => {
    const element = node?.nodeType === 1 ? node : node?.parentElement;
    const words = (element?.innerText ?? '').slice(0, 40).replaceAll('\\n', ' ');
    return `${element?.dataset?.testid ?? '?'} “${words}” from ${Math.round(previousRect.y)} to ${Math.round(currentRect.y)}`;
  };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!entry.hadRecentInput) window.moves.push([entry.startTime, entry.value, entry.sources.slice(0, 3).map(name)]);
    }
  }).observe({ type: 'layout-shift', buffered: true });
})()"""


def watch_moves(page: Page) -> None:
    """Begin to watch; before the page is opened."""
    page.add_init_script(WATCH)


def is_still(page: Page) -> bool:
    """Return whether hardly anything has moved since the title was there."""
    return sum(value for value, _ in _moves(page)) <= STILL


def was_complete(page: Page) -> bool:
    """Return whether the page was shown because it was complete, and not because it had taken too long (`first_page.js`)."""
    return bool(page.evaluate("window.titled") < LONGEST)


def assert_still(page: Page) -> None:
    """Hold that hardly anything has moved since the title was there."""
    told = [(round(value, 3), sources) for value, sources in _moves(page) if value > 0.003]
    assert is_still(page), told


def _moves(page: Page) -> list[tuple[float, list[str]]]:
    titled, moves = page.evaluate("[window.titled, window.moves]")
    return [(value, sources) for start, value, sources in moves if start >= titled]
