"""What a visitor does on the page Dream."""

import re

from playwright.sync_api import Page, expect
from support.browser import IDLE, PATIENCE, Server, find_chromium, open_page
from support.dreams import photo, saved
from support.waiting import wait_for

DREAM = re.compile(r"A dream of .* areas? carved")


def board(page: Page):
    return page.get_by_test_id("stMain").get_by_alt_text(DREAM).first


def wait_for_dream(page: Page) -> str:
    """Wait for the dream in full size and return its picture's address."""
    page.get_by_role("heading", name="After each iteration").wait_for()
    page.locator(IDLE).wait_for()
    expect(board(page)).to_be_visible()
    return board(page).get_attribute("src")


def test_a_dream_is_there_without_a_click_and_follows_a_slider(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/dream")
    before = wait_for_dream(page)
    page.get_by_role("slider", name="Strength").press("ArrowLeft")
    page.wait_for_url(re.compile(r"strength=0\.95"))
    expect(board(page)).not_to_have_attribute("src", before)
    wait_for_dream(page)
    divider = page.get_by_label("Divider")
    divider.press("ArrowRight")
    expect(divider).to_have_value("25.5")


def test_a_photo_is_carved_by_areas_and_its_png_brings_all_of_it_back(page: Page, server: Server, tmp_path) -> None:
    open_page(page, f"{server.address}/dream?dream.recipe.levels=0")
    wait_for_dream(page)
    page.get_by_text("Bring your own").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "mine.png", "mimeType": "image/png", "buffer": saved(photo(400, 500))}
    )
    page.wait_for_url(re.compile("picture=kept-"))
    wait_for_dream(page)
    page.get_by_text("areas", exact=True).first.click()
    # The whole picture has no quadrants yet.
    page.get_by_role("button", name="Split").click()
    page.wait_for_url(re.compile(r"dream\.areas=1\.0\.0"))
    page.get_by_role("button", name="Lower right quadrant").click()
    expect(page.get_by_role("heading", name="Lower right quadrant")).to_be_visible()
    page.get_by_role("button", name="Split").click()
    page.wait_for_url(re.compile(r"2\.3\.3"))
    page.get_by_role("button", name="Upper left quadrant").click()
    expect(page.get_by_role("heading", name="Upper left quadrant")).to_be_visible()
    page.get_by_text("Choose its map by its picture").click()
    page.get_by_role("button", name="map 27", exact=True).click()
    page.wait_for_url(re.compile(r"1\.0\.0m27"))
    expect(page.get_by_text("Carved by map 27 of Conv2D_3")).to_be_visible()
    page.get_by_role("button", name="Switch off").click()
    page.wait_for_url(lambda address: "1.0.0m27" not in address)
    page.get_by_role("button", name="Switch on").click()
    page.wait_for_url(re.compile(r"areas=1\.0\.0%2C"))
    source = wait_for_dream(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG with its recipe").click()
    download.value.save_as(tmp_path / "dream.png")

    fresh = page.context.browser.new_context().new_page()
    fresh.set_default_timeout(PATIENCE)
    open_page(fresh, f"{server.address}/dream?dream.recipe.levels=0")
    wait_for_dream(fresh)
    fresh.get_by_text("Bring your own").click()
    fresh.locator("input[type=file]").set_input_files(tmp_path / "dream.png")
    fresh.wait_for_url(re.compile("picture=kept-"))
    wait_for_dream(fresh)
    expect(board(fresh)).to_have_attribute("src", source)
    choices = [address.split("?")[1].split("&") for address in (page.url, fresh.url)]
    kept = [{choice for choice in one if not choice.startswith(("dream.area=", "dream.view="))} for one in choices]
    assert kept[0] == kept[1]
    fresh.context.close()


def test_a_bad_picture_gets_one_sentence_and_changes_nothing(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/dream?dream.recipe.levels=1")
    before, address = wait_for_dream(page), page.url
    page.get_by_text("Bring your own").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "bad.png", "mimeType": "image/png", "buffer": b"no picture at all"}
    )
    expect(page.get_by_text("This is not a picture that can be read")).to_be_visible()
    assert page.url == address
    expect(board(page)).to_have_attribute("src", before)


def test_a_photograph_can_be_taken(page: Page, server: Server) -> None:
    """Chromium's own test picture stands for the camera."""
    flags = ["--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    kind = page.context.browser.browser_type
    with kind.launch(executable_path=find_chromium(), args=flags) as browser:
        camera = browser.new_page(permissions=["camera"])
        camera.set_default_timeout(PATIENCE)
        for chance in range(2):
            open_page(camera, f"{server.address}/dream?dream.recipe.levels=0")
            wait_for_dream(camera)
            camera.get_by_text("Bring your own").click()
            camera.get_by_text("Take a photograph").click()
            try:
                # The first pictures of a camera may be black.
                # (Asked by hand: the page's content policy forbids what Playwright's own waiting does.)
                wait_for(lambda: camera.evaluate("document.querySelector('video')?.currentTime > 1"), 60, "the camera")
                break
            except AssertionError:
                # Chromium's stand-in for a camera has stood still once on a full machine; what it may be is in the log.
                print(camera.inner_text("body"), camera.locator("video").count())
                assert chance == 0, "the camera does not run"
        camera.get_by_role("button", name="Take Photo").click()
        camera.wait_for_url(re.compile("picture=kept-"))
        wait_for_dream(camera)


def test_a_click_chooses_the_area_under_it_and_the_roulette_dreams_anew(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/dream?dream.recipe.levels=2&dream.view=areas")
    wait_for_dream(page)
    # The full picture is chosen, and its frame lies over all of it.
    place = page.locator(".board").bounding_box()
    page.mouse.click(place["x"] + 0.9 * place["width"], place["y"] + 0.1 * place["height"])
    page.wait_for_url(re.compile(r"dream\.area=2\.0\.3"))
    wait_for_dream(page)
    before, source = page.evaluate("history.length"), board(page).get_attribute("src")
    page.get_by_role("button", name="Dream roulette").click()
    page.wait_for_url(re.compile(r"dream\.recipe\.map_index"))
    expect(board(page)).not_to_have_attribute("src", source)
    wait_for_dream(page)
    # One throw changes many values, and is one step back.
    assert page.evaluate("history.length") == before + 1


def test_the_divider_follows_the_pointer(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/dream?dream.recipe.levels=0")
    wait_for_dream(page)
    place = page.locator(".board").bounding_box()
    middle = place["y"] + place["height"] / 2
    page.mouse.move(place["x"] + 0.25 * place["width"], middle)
    page.mouse.down()
    page.mouse.move(place["x"] + 0.75 * place["width"], middle, steps=4)
    page.mouse.up()
    assert 70 < float(page.get_by_label("Divider").input_value()) < 80


def test_a_film_can_be_made_and_cancelled(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/dream?dream.recipe.levels=0")
    wait_for_dream(page)
    page.get_by_role("button", name="Make the film").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Make the film")).to_be_visible()
    page.get_by_role("slider", name="Frames").press("Home")
    page.get_by_role("button", name="Make the film").click()
    expect(page.get_by_alt_text("A film of 2 frames")).to_be_visible()
