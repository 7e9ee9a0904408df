"""What a visitor does, from the first look to a network of his own."""

import re

from playwright.sync_api import Page, expect
from support.browser import LONG, SMALL, WITHOUT_WORKERS, Server, open_page, running_server, start


def wait_for_curves(page: Page) -> None:
    page.locator("[data-testid=stPlotlyChart] .scatterlayer path.js-line").first.wait_for(state="attached")


def test_home_shows_ten_digits_and_what_the_network_makes_of_them(page: Page, server: Server) -> None:
    open_page(page, server.address)
    expect(page.locator(".lab-card img")).to_have_count(10)
    expect(page.get_by_text("Embedded digits")).to_be_visible()
    expect(page.get_by_alt_text(re.compile("a generated 4, read as")).first).to_be_visible()


def test_a_digit_drawn_on_home_is_read_while_it_is_drawn_and_looked_into(page: Page, server: Server) -> None:
    open_page(page, server.address)
    box = page.locator("canvas").first.bounding_box()
    assert box is not None

    def at(across: float, down: float) -> tuple[float, float]:
        return box["x"] + across * box["width"], box["y"] + down * box["height"]

    page.mouse.move(*at(0.3, 0.2))
    page.mouse.down()
    page.mouse.move(*at(0.7, 0.2), steps=8)
    page.mouse.move(*at(0.45, 0.8), steps=8)
    expect(page.get_by_text(re.compile("^Read as 7 with"))).to_be_visible()
    page.mouse.up()
    page.get_by_role("link", name="Look inside with it").click()
    page.wait_for_url(re.compile("activations.*act.digit.pixels="))
    expect(page.get_by_text("reads 7", exact=True)).to_be_visible()


def test_a_network_is_trained_before_the_visitors_eyes_and_used_everywhere(page: Page, server: Server) -> None:
    run_id = start(page, server, SMALL)
    wait_for_curves(page)
    use = page.get_by_role("button", name="Use this network everywhere")
    use.click()
    expect(page.get_by_role("button", name="In use everywhere")).to_be_visible()
    page.get_by_role("link", name="Home").click()
    page.wait_for_url(re.compile(f"model={run_id}"))
    expect(page.get_by_alt_text(re.compile("a generated 4, read as")).first).to_be_visible()
    page.get_by_role("button", name="Back to the reference network").click()
    expect(page.get_by_text("Reference network")).to_be_visible()


def test_a_run_is_paused_goes_on_and_is_stopped_and_kept(page: Page, server: Server) -> None:
    start(page, server, LONG)
    wait_for_curves(page)
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Stop and keep").click()
    expect(page.get_by_text("stopped early and kept")).to_be_visible()
    expect(page.get_by_role("button", name="Use this network everywhere")).to_be_enabled()


def test_a_reload_a_second_tab_and_a_later_visit_find_the_run_again(page: Page, server: Server) -> None:
    start(page, server, LONG)
    wait_for_curves(page)
    address = page.url
    page.reload()
    wait_for_curves(page)
    second = page.context.new_page()
    second.goto(address)
    expect(second.get_by_role("button", name="Cancel")).to_be_visible()
    page.close()
    later = second.context.browser.new_context().new_page()
    later.goto(address)
    later.get_by_role("button", name="Cancel").click()
    expect(second.get_by_text("cancelled")).to_be_visible()
    second.close()
    later.context.close()


def test_a_link_restores_every_choice(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/train?network.conv.length=2&network.pool.length=1&network.conv.1.filters=24")
    expect(page.get_by_role("slider", name="Maps").nth(1)).to_have_value("24")
    expect(page.get_by_role("slider", name="Maps")).to_have_count(2)


def test_moving_a_slider_updates_shapes_and_link(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/train")
    page.get_by_text("Layers of this network").click()
    expect(page.get_by_text("208,982").first).to_be_visible()
    page.get_by_role("slider", name="Maps").first.press("ArrowRight")
    page.wait_for_url(re.compile(r"network\.conv\.0\.filters="))
    expect(page.get_by_text("208,982")).to_have_count(1)


def test_a_bad_link_gets_one_sentence_and_loses_nothing_else(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/train?epochs=nonsense&batch_size=128&run=../../etc")
    expect(page.get_by_text("This link has an invalid setting")).to_be_visible()
    expect(page.get_by_text("There is no run")).to_be_visible()
    page.get_by_role("tab", name="Digits").click()
    expect(page.get_by_role("slider", name="Batch size")).to_have_value("128")


def test_an_impossible_network_is_refused_with_the_layers_name(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/train")
    page.get_by_role("radio", name="4×4").first.click()
    page.get_by_role("radio", name="4×4").nth(1).click()
    expect(page.get_by_text("Conv2D_3 would shrink below one pixel")).to_be_visible()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_disabled()


def test_the_lab_lists_runs_workers_and_digits(page: Page, server: Server) -> None:
    # Of a seed of its own, so that it is the newest of all that the server has.
    run_id = start(page, server, f"{SMALL}&seed=98")
    page.goto(f"{server.address}/lab")
    expect(page.locator(f"a[href^='train?run={run_id}']")).to_be_visible()
    page.get_by_role("tab", name="Machine").click()
    expect(page.get_by_text("short:")).to_be_visible()
    page.get_by_role("tab", name="Digits").click()
    expect(page.get_by_text("In use:")).to_be_visible()


def test_a_deep_link_as_first_request_to_a_fresh_server_shows_that_page(page: Page, tmp_path) -> None:
    with running_server(tmp_path, **WITHOUT_WORKERS) as fresh:
        open_page(page, f"{fresh.address}/train?epochs=7")
        expect(page.get_by_role("heading", name="Train a network")).to_be_visible()
        # The frame's own menu, and no other.
        expect(page.get_by_role("link", name="Lab")).to_have_count(1)
        expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)
