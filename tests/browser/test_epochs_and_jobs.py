"""A walk through the epochs of a training, and what takes longer than a moment: watched, cancelled, found again."""

import re

import pytest
from playwright.sync_api import Page, expect
from support.browser import IDLE, PATIENCE, SMALL, Server, open_page, start


@pytest.fixture(scope="module")
def trained(browser, server: Server) -> str:
    """The id of a short training."""
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE)
    run_id = start(page, server, SMALL)
    page.get_by_role("button", name="Use this network everywhere").wait_for()
    page.context.close()
    return run_id


def test_a_visitor_walks_through_the_epochs_of_a_training(page: Page, server: Server, trained: str) -> None:
    open_page(page, f"{server.address}/activations?model={trained}&act.tab=growth")
    expect(page.get_by_text("At epoch 0 the network reads")).to_be_visible()
    page.get_by_role("tab", name="Across the test set").click()
    expect(page.get_by_text("Over 10,000 test digits")).to_be_visible()
    page.get_by_role("tab", name="Mute or boost").click()
    value = page.get_by_text("without changes").first.or_(page.get_by_text("Without changes")).first
    expect(value).to_be_visible()
    before = value.inner_text()
    walk = page.get_by_role("slider", name="Walk through the epochs")
    for epoch in ("2", "1", "0"):
        # The page may be about to be drawn anew: what a visitor does is look, and then press.
        page.locator(IDLE).wait_for()
        page.wait_for_timeout(500)
        walk.press("ArrowLeft")
        page.wait_for_url(re.compile(rf"act\.epoch={epoch}(&|$)"))
        expect(page.locator(".st-key-says-act-maps .lab-mark")).to_have_count(0)
    # Untrained, it is far less sure.
    expect(value).not_to_have_text(before)
    other = page.context.browser.new_context().new_page()
    open_page(other, page.url)
    expect(other.get_by_text("epoch 0").first).to_be_visible()
    other.context.close()


def test_the_confusions_grow_with_the_epochs(page: Page, server: Server, trained: str) -> None:
    open_page(page, f"{server.address}/classes?model={trained}")
    right = page.get_by_text("are read right").filter(visible=True).first
    expect(right).to_be_visible()
    trained_sentence = right.inner_text()
    open_page(page, f"{server.address}/classes?model={trained}&cls.epoch=0")
    expect(right).to_be_visible()
    expect(right).not_to_have_text(trained_sentence)


@pytest.mark.soak
def test_a_long_look_is_cancelled_and_gone_on_with(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/activations?act.digit.source=train&act.picker.order=unclear")
    page.get_by_role("button", name="Cancel").first.click()
    expect(page.get_by_text("This was cancelled.")).to_be_visible()
    page.get_by_role("button", name="Go on after all").click()
    expect(page.get_by_text("of 60,000")).to_be_visible()


def test_all_digits_are_laid_out_by_a_job_that_can_be_cancelled(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/classes?cls.plane=tsne")
    page.get_by_role("button", name="Lay out all test digits").click()
    expect(page.get_by_text("laying out the digits")).to_be_visible()
    page.get_by_role("button", name="Cancel").last.click()
    expect(page.get_by_role("button", name="Lay out all test digits")).to_be_visible()
