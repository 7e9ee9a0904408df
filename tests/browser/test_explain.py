"""What a visitor does on the page Explain: comes with a digit, chooses a map of the chain, and goes on to the map's own page."""

import re

from playwright.sync_api import Page, expect
from support.browser import Server, open_page


def test_a_digit_is_explained_down_to_a_map_that_leads_on(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/activations?act.digit.index=7")
    page.get_by_role("link", name="Why this answer?").click()
    page.wait_for_url(re.compile(r"/explain\?.*why\.digit\.index=7"))
    expect(page.get_by_text(re.compile(r"^Read as \d, not \d: "))).to_be_visible()
    maps = page.get_by_role("group", name="Maps of Conv2D_3").get_by_role("button")
    expect(maps).to_have_count(10)
    number = re.match(r"map (\d+): adds", maps.nth(2).get_attribute("aria-label") or "")[1]
    maps.nth(2).click()
    expect(page.get_by_role("heading", name=f"Map {number} of Conv2D_3")).to_be_visible()
    page.get_by_role("link", name="At work on this digit").click()
    page.wait_for_url(re.compile(rf"/activations\?.*act\.map_index={number}\b"))
    expect(page.get_by_role("heading", name=f"Map {number} of Conv2D_3")).to_be_visible()
    assert "act.digit.index=7" in page.url
