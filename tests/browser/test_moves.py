"""No move of a visitor is undone: not by an address from before, not by a press that comes before the page has answered, not by Back."""

import random
import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from support.browser import IDLE, PATIENCE, SMALL, Server, open_page
from support.protocol import visitor

from mnistlab.recipes import TrainingRecipe
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store
from scripts.storm import PLACES, storm

NAME = "Name of this run"


def parameters(page: Page) -> dict[str, str]:
    return {name: texts[-1] for name, texts in parse_qs(urlsplit(page.url).query).items()}


def path_of(page: Page) -> str:
    return urlsplit(page.url).path


def scale(page: Page):
    return page.get_by_role("slider", name="Scale 1").first


def known_runs(server: Server) -> set[str]:
    return {run.id for run in Store(server.home).runs()}


def new_run(server: Server, known: set[str]) -> RunFolder:
    """Return the one run that is there besides those known."""
    end = time.monotonic() + PATIENCE / 1000
    while not (new := known_runs(server) - known) and time.monotonic() < end:
        time.sleep(0.1)
    (found,) = new
    return Store(server.home).get(found)


@pytest.mark.parametrize(
    "place", ["oip", *(pytest.param(place, marks=pytest.mark.soak) for place in PLACES if place != "oip")]
)
def test_moves_at_random_moments_arrive(page: Page, server: Server, place: str) -> None:
    found = storm(page, server.address, PLACES[place], moves=8, chance=random.Random(1), patience=PATIENCE / 1000)
    assert found.undone == []
    assert found.slider == found.address
    assert found.same_picture


@pytest.mark.parametrize(
    "gap", [None, 0.0, 0.03, *(pytest.param(gap, marks=pytest.mark.soak) for gap in (0.01, 0.06, 0.1))]
)
def test_start_does_what_was_said_until_the_press(server: Server, gap: float | None) -> None:
    """`gap`: seconds between moving and typing, and the press; None: all in one message."""
    before = known_runs(server)
    with visitor(server.address) as tab:
        tab.open("train", f"{SMALL}&seed={random.randrange(10**6)}")
        said = [tab.moved("Epochs", 8), tab.typed(NAME, f"after {gap}")]
        if gap is not None:
            tab.send(said)
            time.sleep(gap)
        tab.send([*said, tab.pressed("Start")])
        run = new_run(server, before)
    assert (run.recipe().epochs, run.name()) == (8, f"after {gap}")
    run.request("cancel")


def test_a_tap_on_start_takes_the_name_and_a_second_tap_greets_nobody(page: Page, server: Server) -> None:
    before = known_runs(server)
    open_page(page, f"{server.address}/train?data=embedded&train_size=20000&epochs=50&seed=77")
    page.get_by_label(NAME).fill("tapped")
    page.get_by_role("button", name="Start", exact=True).dblclick(delay=0)
    page.wait_for_url(re.compile("run="))
    run = new_run(server, before)
    page.locator(IDLE).wait_for()
    assert run.name() == "tapped"
    expect(page.get_by_text("tapped")).to_be_visible()
    assert page.get_by_text("You already have this training").count() == 0
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("cancelled")).to_be_visible()


def test_save_takes_the_name_closes_and_says_so(page: Page, server: Server) -> None:
    run = Store(server.home).create(TrainingRecipe(data="embedded"), "one name")
    run.set_state("finished")
    open_page(page, f"{server.address}/train?run={run.id}")
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("New name").fill("another name")
    page.get_by_role("button", name="Save").click(delay=0)
    expect(page.get_by_text("Renamed.")).to_be_visible()
    expect(page.get_by_label("New name")).to_have_count(0)
    expect(page.get_by_text("another name", exact=True)).to_be_visible()
    assert run.name() == "another name"


def test_back_and_forward_go_through_what_was_done_on_all_pages(page: Page, server: Server) -> None:
    def there(path: str, value: str | None, **given: str) -> None:
        page.wait_for_url(lambda address: urlsplit(address).path == path)
        if value is not None:
            expect(scale(page)).to_have_value(value)
        expect(page.locator(IDLE)).to_be_visible()
        assert (path_of(page), parameters(page)) == (path, given)

    link = {"ascent.steps": "100", "target.map_index": "7"}
    open_page(page, f"{server.address}/oip?ascent.steps=100&target.map_index=7")
    pattern = page.locator("img.lab-pattern")
    pattern.wait_for()
    pictures = [pattern.get_attribute("src")]
    for value in ("0.25", "0.3"):
        scale(page).press("ArrowRight")
        page.wait_for_url(re.compile(f"start.amplitudes.0={value}"))
        expect(pattern).not_to_have_attribute("src", pictures[-1])
        pictures.append(pattern.get_attribute("src"))
    page.get_by_test_id("stSidebar").get_by_role("link", name="Atlas").click()
    page.get_by_role("heading", name="Map 0 of").wait_for()
    there("/atlas", None)
    page.get_by_role("button", name=re.compile("^map 5: score")).click()
    page.get_by_role("heading", name="Map 5 of").wait_for()
    there("/atlas", None, map="5")
    page.go_back()
    page.get_by_role("heading", name="Map 0 of").wait_for()
    there("/atlas", None)
    page.go_back()
    there("/oip", "0.3", **link, **{"start.amplitudes.0": "0.3"})
    page.go_back()
    there("/oip", "0.25", **link, **{"start.amplitudes.0": "0.25"})
    expect(pattern).to_have_attribute("src", pictures[1])
    page.go_back()
    there("/oip", "0.2", **link)
    expect(pattern).to_have_attribute("src", pictures[0])
    page.go_forward()
    there("/oip", "0.25", **link, **{"start.amplitudes.0": "0.25"})
    page.go_forward()
    there("/oip", "0.3", **link, **{"start.amplitudes.0": "0.3"})
    page.go_forward()
    there("/atlas", None)


def test_a_page_is_as_it_was_left_and_its_link_says_so_at_once(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/oip?ascent.steps=100")
    scale(page).press("ArrowRight")
    page.wait_for_url(re.compile("start.amplitudes.0=0.25"))
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("link", name="Lab").click()
    page.wait_for_url(re.compile("/lab"))
    page.get_by_role("heading", name="Lab").wait_for()
    sidebar.get_by_role("link", name="OIP").click()
    page.wait_for_url(re.compile("/oip"))
    expect(scale(page)).to_have_value("0.25")
    assert parameters(page) == {"ascent.steps": "100", "start.amplitudes.0": "0.25"}
    page.go_back()
    page.get_by_role("heading", name="Lab").wait_for()
    assert (path_of(page), parameters(page)) == ("/lab", {})


def test_a_link_pasted_into_the_same_tab_is_followed(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/oip?ascent.steps=100&start.amplitudes.0=0.4&map=0&cls.label_a=3")
    expect(scale(page)).to_have_value("0.4")
    page.goto(f"{server.address}/oip?ascent.steps=100&start.amplitudes.0=0.6")
    expect(scale(page)).to_have_value("0.6")
    page.locator(IDLE).wait_for()
    page.go_back()
    expect(scale(page)).to_have_value("0.4")
    scale(page).press("ArrowRight")
    page.wait_for_url(re.compile("start.amplitudes.0=0.45"))
    assert parameters(page) == {"ascent.steps": "100", "start.amplitudes.0": "0.45"}, "nothing of other pages"
