"""axe finds nothing to complain about, on any page, in light and dark."""

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from support.browser import IDLE, PAGES, PATIENCE, SMALL, Server, start
from support.stillness import assert_still, is_still, was_complete, watch_moves

# How often a page may move that was complete in time, before that counts; and how often it is visited in all.
VISITS, MOST_VISITS = 3, 9
# Streamlit's own place for files has role and name at once; that is theirs to mend, and it works with keys and readers.
STREAMLITS = ("presentation-role-conflict", "stFileUploaderDropzone")


def violations(page: Page) -> list[str]:
    results = Axe().run(page).response["violations"]
    found = [(one["id"], node["html"][:200], node["failureSummary"]) for one in results for node in one["nodes"]]
    return [
        f"{name}: {html} {why}" for name, html, why in found if not (name == STREAMLITS[0] and STREAMLITS[1] in html)
    ]


# axe looks at no text in drawings: that of a chart's axes, legend and numbers, against the page behind it.
PALE = """() => {
  const light = (colour) => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const behind = light(getComputedStyle(document.querySelector('.stApp')).backgroundColor);
  const groups = ['.xtick text', '.ytick text', '.textpoint text', '.xtitle', '.ytitle', '.legendtext'];
  const texts = [...document.querySelectorAll(groups.map((group) => `.js-plotly-plot ${group}`).join())];
  return texts
    .map((text) => [light(getComputedStyle(text).fill), text.textContent])
    .map(([fill, words]) => [Math.max(fill, behind) / Math.min(fill, behind), words])
    .filter(([contrast]) => contrast < 4.5)
    .map(([contrast, words]) => `${words}: ${contrast.toFixed(2)}`);
}"""


# A page whose script has ended may still wait for the code of its elements, the one with our style among them. What is
# about to be drawn anew is dimmed, and fades in and out; axe would take that for its colour. A page may begin to draw at
# any moment, also while axe looks: whatever was dimmed since the last call is counted.
AT_REST = """() => {
  if (!window.dimmings) {
    window.dimmings = [];
    new MutationObserver((changes) => window.dimmings.push(...changes))
      .observe(document.body, { subtree: true, attributeFilter: ['data-stale', 'data-test-script-state'] });
  }
  const fades = document.getAnimations().some((one) => one instanceof CSSTransition);
  const unready = document.querySelector('[data-stale=true], [data-testid=stSkeleton]') !== null;
  return window.dimmings.splice(0).length === 0 && !unready && !fades;
}"""


def wait_for_rest(page: Page) -> None:
    ends = time.monotonic() + PATIENCE / 1000
    page.locator(IDLE).wait_for()
    while not page.evaluate(AT_REST):
        assert time.monotonic() < ends, "the page never came to rest"
        page.wait_for_timeout(300)
        page.locator(IDLE).wait_for()


def looked_at_rest(page: Page) -> tuple[list[str], list[str]]:
    """What axe and PALE find on a page on which nothing is drawn anew meanwhile."""
    ends = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < ends:
        wait_for_rest(page)
        found = violations(page), page.evaluate(PALE)
        if page.evaluate(AT_REST):
            return found
    raise AssertionError("something was drawn at each look")


def assert_accessible(page: Page) -> None:
    """Hold that axe finds nothing in either scheme."""
    backgrounds = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(700)
        found = looked_at_rest(page)
        backgrounds.add(page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor"))
        assert found == ([], []), scheme
    assert len(backgrounds) == 2, "the page follows the scheme"


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.soak)])
@pytest.mark.parametrize("path", [*PAGES, "/classes?cls.tab=points"])
def test_pages_keep_still_and_are_accessible(browser: Browser, server: Server, path: str, width: int) -> None:
    # A page that a slow machine cannot complete in eight seconds is shown as it is: that visit says nothing of how still it keeps.
    counted = 0
    for visit in range(1, MOST_VISITS + 1):
        page = _visit(browser, server, path, width)
        wait_for_rest(page)
        counted += was_complete(page)
        if is_still(page) or counted == VISITS or visit == MOST_VISITS:
            break
        page.context.close()
    assert_still(page)
    assert_accessible(page)
    page.context.close()


def _visit(browser: Browser, server: Server, path: str, width: int) -> Page:
    """Open a page in a fresh browser, and wait for its last answer."""
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    page.set_default_timeout(PATIENCE)
    watch_moves(page)
    page.goto(server.address + path)
    page.locator(IDLE).wait_for()
    if path == "/oip":
        page.get_by_alt_text("scores").first.wait_for()
    if path == "/dream":
        page.get_by_text("After each iteration").wait_for()
    if path == "/":
        page.get_by_alt_text("read as").first.wait_for()
    if path == "/activations":
        page.get_by_text("This node sees").wait_for()
    if path == "/classes":
        page.get_by_role("heading", name="Unclear digits").wait_for()
    if path == "/classes?cls.tab=points":
        page.get_by_text("Weighing points").wait_for()
    return page


@pytest.mark.parametrize(
    "way", ["Draw", "Upload", *(pytest.param(way, marks=pytest.mark.soak) for way in ("Type", "Blend"))]
)
def test_every_way_to_a_digit_is_accessible(browser: Browser, server: Server, way: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(server.address + "/activations")
    page.get_by_text("reads 4", exact=True).wait_for()
    page.get_by_text(way, exact=True).click()
    page.get_by_text(
        {"Draw": "Brush", "Type": "Digit as rows", "Upload": "Threshold", "Blend": "How far"}[way]
    ).first.wait_for()
    assert_accessible(page)
    context.close()


@pytest.mark.parametrize(
    "lesson", ["filter", *(pytest.param(name, marks=pytest.mark.soak) for name in ("numbers", "maps", "matters"))]
)
def test_an_answered_step_of_a_lesson_is_accessible(browser: Browser, server: Server, lesson: str) -> None:
    page = _visit(browser, server, f"/learn?lesson={lesson}", 390)
    choices = page.get_by_test_id("stRadio").get_by_role("radio")
    if choices.count():
        choices.first.focus()
        choices.first.press(" ")
    page.get_by_role("button", name="This is my answer").click()
    page.get_by_text("You said:").wait_for()
    assert_accessible(page)
    page.context.close()


def test_a_finished_run_is_accessible(browser: Browser, server: Server) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    start(page, server, SMALL)
    page.get_by_role("button", name="Use this network everywhere").wait_for()
    assert_accessible(page)
    context.close()
