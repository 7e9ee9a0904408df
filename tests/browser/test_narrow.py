"""On a narrow screen what a visitor came to see stands first and over the whole width, what changes it below; wide, beside each other."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from support.browser import PATIENCE, Server, open_page
from support.waiting import wait_for

# A projector of a classroom, with the menu beside the page; and a phone.
NARROW = [1024, 390]
# Both at the same moment: what is shown may still grow.
BOXES = "(columns) => columns.map((column) => column.getBoundingClientRect().toJSON())"
SHOWN = {"/oip": "img.lab-pattern", "/dream": ".board"}


# What a visitor has come for, by page.
MAIN = {
    "/": ".st-key-home-digits",
    "/train": ".st-key-reference-accuracy",
    "/activations": ".st-key-act-large",
    "/explain": ".st-key-why-Conv2D_3-maps",
    "/classes": ".st-key-cls-confusion",
    "/oip": "img.lab-pattern",
    "/atlas": ".st-key-atlas-sheet",
    "/dream": ".board",
}


def test_the_main_result_is_on_the_first_screen(browser: Browser, server: Server) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    for path, name in MAIN.items():
        open_page(page, server.address + path)
        shown = page.locator(name).first
        shown.wait_for()
        box = wait_for(lambda shown=shown: _at_its_place(shown), PATIENCE / 1000, f"{path} at rest")
        assert box["y"] >= 60, path
        # A pixel or two of a rim are no loss.
        assert box["y"] + box["height"] <= 804, path
    context.close()


def _at_its_place(shown: Locator) -> dict[str, float] | None:
    """Return the box of what is shown once it keeps still."""
    before = shown.bounding_box()
    shown.page.wait_for_timeout(500)
    return before if before == shown.bounding_box() else None


@pytest.mark.parametrize("path", ["/train", *SHOWN])
def test_the_result_comes_first(page: Page, server: Server, path: str) -> None:
    open_page(page, server.address + path)
    if path in SHOWN:
        page.locator(SHOWN[path]).first.wait_for()
    columns = page.locator(".st-key-result-below-choices [data-testid=stHorizontalBlock]").first.locator(
        "> [data-testid=stColumn]"
    )
    expect(columns).to_have_count(2)
    choices, result = columns.evaluate_all(BOXES)
    assert choices["y"] == result["y"]
    assert choices["x"] + choices["width"] <= result["x"]
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 900})
        choices, result = wait_for(lambda: _stacked(columns), PATIENCE / 1000, f"the columns at {width} pixels")
        assert result["width"] == choices["width"]
        body = page.locator("[data-testid=stMainBlockContainer]").bounding_box()
        assert result["width"] > 0.85 * body["width"]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing lies beside the screen"


def _stacked(columns: Locator) -> list[dict[str, float]] | None:
    """Return the boxes of choices and result once the result lies above the choices."""
    choices, result = columns.evaluate_all(BOXES)
    return [choices, result] if result["y"] + result["height"] <= choices["y"] else None


# What is written on buttons and in lists, and the pictures of a page: text that does not fit, and what stands out of its column.
# (The button of a chart's figures shows a picture only; its words are for screen readers.)
CUT_OFF = """() => [...document.querySelectorAll("[data-testid=stMain] :is(button [data-testid=stMarkdownContainer], "
    + "[data-testid=stSelectbox] [role=group], [data-testid=stSelectbox] input)")]
  .filter((element) => element.checkVisibility() && !element.closest("[class*='st-key-figures']"))
  .filter((element) => element.scrollWidth > element.clientWidth + 1)
  .map((element) => element.textContent || element.value)"""
STANDS_OUT = """() => [...document.querySelectorAll("[data-testid=stMain] :is(img, svg, canvas)")].filter((picture) => {
  const column = picture.closest("[data-testid=stColumn], [data-testid=stMainBlockContainer]");
  return picture.checkVisibility() && column && picture.getBoundingClientRect().right > column.getBoundingClientRect().right + 1;
}).map((picture) => picture.alt || picture.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("path", ["/", "/train", "/activations"])
def test_a_projector_cuts_nothing_off(page: Page, server: Server, path: str) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    open_page(page, server.address + path)
    page.locator(MAIN[path]).first.wait_for()
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(STANDS_OUT) == []
    if path == "/train":
        expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
