"""A teacher's link as students see it, and the figures of a chart on demand: by keyboard alone."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from support.browser import Server, open_page

NOTE = "Halve+the+learning+rate.%0AWhat+becomes+of+the+curve%3F"


def violations(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"]]


def test_what_a_link_hides_is_not_seen_and_its_task_is(page: Page, server: Server) -> None:
    hidden = "network.conv,tab.optimizer,menu,experiments"
    open_page(page, f"{server.address}/train?epochs=3&hide={hidden}&note={NOTE}")
    expect(page.get_by_role("region", name="Task")).to_contain_text("Halve the learning rate.")
    for key in ("train-network-conv-0-filters", "train-network-conv-0-name", "menu-of-pages", "train-experiments"):
        place = page.locator(f".st-key-{key}")
        expect(place.first).to_be_attached()
        expect(place.first).to_be_hidden()
    expect(page.get_by_role("tab", name="Optimiser")).to_have_count(0)
    expect(page.get_by_role("tab", name="Digits")).to_be_visible()
    expect(page.locator(".st-key-train-network-pool-last")).to_be_visible()


def test_the_dialogue_is_opened_filled_in_and_left_by_keyboard(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/activations?hide=tabs")
    # Of its own: tabs without a key.
    expect(page.locator(".st-key-act-tab [role=tablist]")).to_be_attached()
    expect(page.locator(".st-key-act-tab [role=tablist]")).to_be_hidden()
    button = page.get_by_role("button", name="Link for a class")
    button.focus()
    button.press("Enter")
    task = page.get_by_label("Task, in plain text")
    task.fill("Mute a map.")
    task.press("Control+Enter")
    expect(page.get_by_role("dialog").get_by_role("region", name="Task")).to_contain_text("Mute a map.")
    expect(page.get_by_role("dialog").get_by_text("note=Mute+a+map.")).to_be_visible()
    assert violations(page) == []
    apply = page.get_by_role("button", name="Show this page so")
    apply.focus()
    apply.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("region", name="Task")).to_contain_text("Mute a map.")
    page.wait_for_url("**note=Mute+a+map.**")


def test_a_charts_figures_open_as_a_table_and_its_loss_as_a_tone(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/train")
    figures = page.get_by_role("button", name="Figures").first
    figures.focus()
    figures.press("Enter")
    expect(page.get_by_role("columnheader", name="validation")).to_be_visible()
    sound = page.locator("audio")
    expect(sound).to_be_attached()
    # (Waiting for a condition in the page needs “eval”, which our pages forbid.)
    seconds = sound.evaluate(
        "node => node.duration || new Promise(hear => { node.ondurationchange = () => hear(node.duration) })"
    )
    assert seconds > 2.9
    # (Streamlit's popovers, and the player in this one, lie beside the landmarks of the page.)
    assert set(violations(page)) <= {"region"}
