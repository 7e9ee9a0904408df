"""What a visitor does on the pages OIP and Atlas."""

import re

from playwright.sync_api import Page, expect
from support.browser import SMALL, Server, open_page, start


def pattern(page: Page):
    return page.get_by_alt_text(re.compile("The pattern for map .* scores")).first


def test_the_pattern_of_map_0_is_there_without_a_click_and_follows_a_scale(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/oip?ascent.steps=100")
    expect(pattern(page)).to_be_visible()
    before = pattern(page).get_attribute("src")
    page.get_by_role("slider", name="Scale 3").press("ArrowRight")
    page.wait_for_url(re.compile(r"start\.amplitudes\.2"))
    expect(pattern(page)).not_to_have_attribute("src", before)


def test_the_score_card_and_the_doctor_speak(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/oip?target.map_index=56&ascent.steps=100")
    expect(page.get_by_text("Compared with real digits")).to_be_visible()
    page.get_by_role("radio", name="Why blank?").click()
    expect(page.get_by_text(re.compile("Map 56 reacts to"))).to_be_visible()
    page.get_by_role("radio", name="The only one?").click()
    expect(page.get_by_text(re.compile("16 starts.* led to"))).to_be_visible()


def test_a_tile_of_the_atlas_leads_to_its_map_and_its_link_opens_it_again(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/atlas")
    page.get_by_role("button", name=re.compile("^map 57: score")).click()
    page.wait_for_url(re.compile("map=57"))
    expect(page.get_by_role("heading", name="Map 57 of Conv2D_3")).to_be_visible()
    fresh = page.context.browser.new_context().new_page()
    open_page(fresh, page.url)
    expect(fresh.get_by_role("heading", name="Map 57 of Conv2D_3")).to_be_visible()
    fresh.get_by_role("link", name="The pattern it looks for").click()
    fresh.wait_for_url(re.compile(r"/oip\?.*target\.map_index=57"))
    expect(pattern(fresh)).to_be_visible()
    fresh.context.close()


def test_an_atlas_of_ones_own_network_fills_in_live_and_can_be_cancelled(page: Page, server: Server) -> None:
    run_id = start(page, server, SMALL)
    page.get_by_role("button", name="Use this network everywhere").wait_for()
    open_page(page, f"{server.address}/atlas?model={run_id}")
    page.get_by_role("button", name="Make this atlas").click()
    expect(page.get_by_alt_text(re.compile("The patterns as they grow"))).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Make this atlas")).to_be_visible()
