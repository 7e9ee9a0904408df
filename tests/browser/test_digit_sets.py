"""Sets of digits on the page Lab: one is brought, trained on and looked into on every page; another is drawn."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from support.browser import IDLE, PAGES, Server, open_page, running_server
from support.set_files import NAMES, made, npz

from mnistlab.data.embedded import sample_digits
from mnistlab.set_files.drawings import Drawings


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own: the sets brought here would stand on every page of the other tests."""
    with running_server(tmp_path_factory.mktemp("sets")) as server:
        yield server


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
    # The tab that was open still is.
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
    open_page(page, f"{server.address}/explain?model={run}")
    name = "|".join(map(re.escape, NAMES))
    expect(page.get_by_text(re.compile(f"^Read as (an? )?({name}), not (an? )?({name}): ")).first).to_be_visible()
    open_page(page, f"{server.address}/oip?model={run}&target.layer=Conv2D_1&target.map_index=3&ascent.steps=50")
    expect(page.get_by_alt_text(re.compile("The pattern for map .* scores")).first).to_be_visible()
    open_page(page, f"{server.address}/dream?model={run}&dream.recipe.layer=Conv2D_1&dream.recipe.levels=0")
    expect(page.get_by_alt_text(re.compile(r"A dream of .* areas? carved")).first).to_be_visible()
    # What is about handwriting steps back.
    open_page(page, f"{server.address}/learn?model={run}&lesson=numbers")
    expect(page.get_by_text("The lessons are about handwritten digits, and other pictures are in use.")).to_be_visible()
    for address in PAGES:
        open_page(page, f"{server.address}{address}?model={run}")
    assert page.get_by_test_id("stException").count() == 0


def draw_a_line(page: Page) -> None:
    """Draw a line from top to bottom on the pad."""
    pad = page.get_by_role("application").last
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + 0.15 * box["height"])
    page.mouse.down()
    page.mouse.move(middle, box["y"] + 0.85 * box["height"], steps=8)
    page.mouse.up()


def test_drawings_become_test_digits(page: Page, server: Server) -> None:
    # Nine are there already, as from another day.
    for number, image in enumerate(sample_digits(range(9), 3)):
        Drawings(server.home).keep("", str(number), image)
    open_page(page, f"{server.address}/lab")
    page.get_by_role("tab", name="Digits").click()
    page.get_by_text("9 kept:").wait_for()
    page.get_by_label("What it is").fill("1")
    draw_a_line(page)
    # (It can be pressed as soon as the stroke has arrived.)
    page.get_by_role("button", name="Keep the drawing").click()
    expect(page.get_by_text("10 kept:")).to_be_visible()
    page.locator(IDLE).wait_for()
    use = page.get_by_role("combobox", name="What for")
    use.click()
    page.get_by_role("option", name=re.compile("Test only")).click()
    expect(use).to_have_value(re.compile("Test only"))
    page.get_by_role("button", name="Make a set of these 10 drawings").click()
    said = page.get_by_text(
        re.compile("The set “My drawings” is here: 5,000 training and 10 test digits in 10 classes")
    )
    expect(said).to_be_visible()
    (made_of_them,) = [name for name in (server.home / "sets").iterdir() if name.name.endswith("-10-5000-10")]
    open_page(page, f"{server.address}/activations?digits={made_of_them.name}&act.digit.index=9")
    expect(page.get_by_text("Test digit 9, a 1").first).to_be_visible()
