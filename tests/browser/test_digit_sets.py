"""A set of digits is brought on the page Lab, trained on, and looked into."""

import re

from playwright.sync_api import Page, expect
from support.browser import Server, open_page
from support.set_files import NAMES, made, npz


def test_clothes_are_brought_trained_on_and_looked_into(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/lab")
    page.get_by_role("tab", name="Digits").click()
    content = npz(**made(13, 390, 130))
    page.locator("input[type=file]").last.set_input_files(
        {"name": "clothes.npz", "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_text("clothes.npz", exact=True).wait_for()
    page.get_by_label("What the set is called").fill("Clothes")
    page.get_by_label("Classes by name").fill(", ".join(NAMES))
    page.get_by_role("button", name="Bring", exact=True).click()
    page.get_by_text("The set “Clothes” is here").wait_for()
    page.get_by_role("tab", name="Digits").click()
    expect(page.get_by_alt_text("test digits, class by class")).to_be_visible()
    page.get_by_role("link", name=re.compile("Train on it")).last.click()
    page.wait_for_url(re.compile("/train.*data=set-"))
    data = re.search(r"data=(set-[0-9a-f-]+)", page.url).group(1)
    small = "network.conv.length=1&network.pool.length=0&network.conv.0.filters=8&batch_size=16&epochs=4&learning_rate=0.005"
    open_page(page, f"{server.address}/train?data={data}&{small}")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile("run="))
    run = re.search(r"run=([a-z0-9-]+)", page.url).group(1)
    page.get_by_role("heading", name="Confusion matrix").wait_for()
    expect(page.get_by_text(re.compile("of 130 digits are read right")).first).to_be_visible()
    open_page(page, f"{server.address}/activations?model={run}&act.layer=Conv2D_1")
    expect(page.get_by_text(re.compile("^Test digit 4, a Coat")).first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^map 3")).first).to_be_visible()
    open_page(page, f"{server.address}/classes?model={run}")
    expect(page.get_by_text(re.compile("that are a Coat or an Ankle boot")).first).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0
