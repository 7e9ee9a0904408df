"""What is drawn on a page hides nothing else on it, and no label is cut off."""

import pytest
from playwright.sync_api import Page, expect
from support.browser import Server, open_page

# Pages with charts, and what stands on them once they are complete.
CHARTED = {
    "/train": "How the reference network learned",
    "/activations?act.layer=Conv2D_3": "This node sees",
    "/activations?act.layer=Dense_2": "parts of the sum come from",
}
# Of each button of figures, the labels of its chart that it lies on.
HIDDEN = """() => [...document.querySelectorAll("[class*='st-key-figures-'] button")].flatMap((button) => {
  const box = button.getBoundingClientRect();
  const labels = button.closest("[class*='st-key-chart-']").querySelectorAll(":is(.xtick, .ytick, .textpoint, .heatmap-label) text, text.heatmap-label");
  return [...labels].filter((label) => {
    const other = label.getBoundingClientRect();
    return other.width && box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
  }).map((label) => label.textContent);
})"""


@pytest.mark.parametrize("path", CHARTED)
def test_the_button_of_a_chart_hides_none_of_its_labels(page: Page, server: Server, path: str) -> None:
    open_page(page, server.address + path)
    page.get_by_text(CHARTED[path]).first.wait_for()
    expect(page.get_by_role("button", name="Figures").first).to_be_visible()
    page.wait_for_timeout(1000)
    assert page.evaluate(HIDDEN) == []


def test_a_pad_says_what_it_is_for_until_something_is_drawn(page: Page, server: Server) -> None:
    open_page(page, server.address + "/")
    hint = page.get_by_text("Draw a digit here")
    expect(hint).to_be_visible()
    pad = page.get_by_role("application")
    pad.focus()
    pad.press("ArrowRight")
    expect(hint).to_be_hidden()


def test_an_open_list_stays_open_where_the_page_moves_by_itself(page: Page, server: Server) -> None:
    open_page(page, server.address + "/train")
    field, options = page.get_by_role("combobox", name="Activation").first, page.get_by_role("option")
    field.click()
    expect(options).not_to_have_count(0)
    # As when a run of the script has put something above the list, and the browser keeps the visitor's place.
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollBy(0, 60)")
    page.wait_for_timeout(700)
    expect(options).not_to_have_count(0)
    gap = options.first.bounding_box()["y"] - field.bounding_box()["y"]
    assert 0 < gap < 80, "the list stays beside its field"
    # A visitor who scrolls wants to go elsewhere.
    page.mouse.move(700, 300)
    page.mouse.wheel(0, 300)
    expect(options).to_have_count(0)
