"""A stranger's words in a real browser: letters, wherever they come from; no link, no picture, no icon, no exception."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect
from support.browser import IDLE, Server, open_page
from support.dreams import photo, saved
from support.hostile import WORDS
from support.recipes import small_training

from mnistlab.store.imports import import_network
from mnistlab.store.models import REFERENCE_FOLDER
from mnistlab.store.runs import Store

# What Markdown would make of the words: of our own texts, none names evil.
ALIVE = (
    "a[href*=evil], img[src*=evil], h1:has-text('evil'), h2:has-text('evil'), li:has-text('evil'), code:has-text('evil'), .katex, "
    "b:has-text('evil'):not(:has(*)), [class*=stMarkdownColored]:has-text('evil'), [aria-label*='evil icon']"
)
ALL_AT_ONCE = " ".join(WORDS)


def assert_dead(page: Page) -> None:
    assert page.get_by_test_id("stException").count() == 0
    assert page.locator(ALIVE).evaluate_all("found => found.map(one => one.outerHTML)") == []


def visible(page: Page) -> str:
    return page.locator("body").inner_text().replace("\u2060", "")


# tests/pages goes through all of them on every page; here it is the browser that is asked.
@pytest.mark.parametrize("word", [*WORDS[:2], *(pytest.param(word, marks=pytest.mark.soak) for word in WORDS[2:])])
def test_a_link_is_quoted_letter_by_letter(server: Server, page: Page, word: str) -> None:
    open_page(
        page, f"{server.address}/train?{urlencode({'run': word, 'epochs': word, f'network.{word}': 1, 'model': word})}"
    )
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    assert_dead(page)
    first = " ".join(word.split())[:12]
    assert first in visible(page)
    assert "\\" not in "".join(page.get_by_test_id("stAlert").all_inner_texts()).replace("\\n", "")


def test_names_in_lists_and_in_the_sidebar(server: Server, page: Page) -> None:
    store = Store(server.home)
    runs = [store.create(small_training(seed=place), word) for place, word in enumerate((*WORDS, ALL_AT_ONCE))]
    for run in runs:
        run.set_state("failed", ALL_AT_ONCE)
    network = import_network(
        server.home,
        (REFERENCE_FOLDER / "network.json").read_bytes(),
        (REFERENCE_FOLDER / "weights.safetensors").read_bytes(),
        WORDS[1],
        "",
    )
    try:
        open_page(page, f"{server.address}/lab?model={network}")
        for word in WORDS:
            assert " ".join(word.split()) in visible(page)
        assert_dead(page)
        for run in runs[:3]:
            open_page(page, f"{server.address}/train?run={run.id}&model={network}")
            assert_dead(page)
    finally:
        for run in runs:
            store.delete(run)


def test_a_file_whose_name_is_hostile_and_that_is_no_picture(server: Server, page: Page) -> None:
    open_page(page, f"{server.address}/dream")
    page.locator(".board .dream").first.wait_for()
    page.locator(IDLE).wait_for()
    page.get_by_text("Bring your own").click()
    content = saved(photo(40, 40))[:300]
    page.locator("input[type=file]").first.set_input_files(
        {"name": f"{WORDS[0].replace('/', '_')}.png", "mimeType": "image/png", "buffer": content}
    )
    expect(page.get_by_text("cut off or damaged")).to_be_visible()
    page.locator(IDLE).wait_for()
    assert_dead(page)
