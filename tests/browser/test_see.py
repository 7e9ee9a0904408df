"""What a visitor does on the pages Activations and Classes: draws, clicks, follows links."""

import re

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from support.browser import Server, open_page

from mnistlab.data.embedded import sample_digits

DRAWN = re.compile("act.digit.source=drawing")


def stroke(page: Page, *points: tuple[float, float]) -> None:
    """Draw one stroke on the pad; points are shares of its width and height."""
    box = page.get_by_role("application").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    # (In few steps: the page draws itself anew after each.)
    for place in places[1:]:
        page.mouse.move(*place, steps=3)
    page.mouse.up()


def open_pad(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/activations")
    expect(page.get_by_text("reads 4", exact=True)).to_be_visible()
    page.get_by_text("Draw", exact=True).click()
    expect(page.get_by_role("application")).to_be_visible()


def mosaic(page: Page, alt: str = "Conv2D_1: 32 maps"):
    return page.get_by_role("group", name=alt).first


def test_a_digit_and_its_maps_are_there_without_a_click(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/activations")
    expect(page.get_by_text("reads 4", exact=True)).to_be_visible()
    expect(page.get_by_text("Conv2D_1: 32 maps of 26×26 nodes").first).to_be_visible()


def test_a_digit_is_drawn_and_read_undone_and_cleared(page: Page, server: Server) -> None:
    open_pad(page, server)
    stroke(page, (0.3, 0.25), (0.7, 0.25), (0.5, 0.8))
    expect(page.get_by_text("reads 7", exact=True)).to_be_visible()
    page.wait_for_url(DRAWN)
    stroke(page, (0.35, 0.5), (0.7, 0.5))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("reads 7", exact=True)).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("nothing drawn yet")).to_be_visible()


def test_a_digit_is_drawn_with_the_keys_alone(page: Page, server: Server) -> None:
    open_pad(page, server)
    pad = page.get_by_role("application")
    pad.focus()
    for key in ["Shift+ArrowUp"] * 2 + ["ArrowUp", " "] + ["Shift+ArrowDown"] * 5 + ["ArrowDown", " "]:
        pad.press(key)
    expect(page.get_by_text("reads 1", exact=True)).to_be_visible()


def test_a_drawing_is_in_the_link_for_another_browser(page: Page, browser: Browser, server: Server) -> None:
    open_pad(page, server)
    stroke(page, (0.3, 0.25), (0.7, 0.25), (0.5, 0.8))
    expect(page.get_by_text("reads 7", exact=True)).to_be_visible()
    page.wait_for_url(re.compile("act.digit.pixels="))
    other = browser.new_context().new_page()
    open_page(other, page.url)
    expect(other.get_by_text("reads 7", exact=True)).to_be_visible()
    other.context.close()


def click_tile(page: Page, chart: str, x: float, y: float) -> None:
    """Click at shares of the drawing area of a chart."""
    area = page.locator(f".st-key-{chart} .nsewdrag").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    page.mouse.move(box["x"] + x * box["width"] - 3, box["y"] + y * box["height"])
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.wait_for_timeout(200)
    page.mouse.down()
    page.mouse.up()


def test_a_click_on_a_map_shows_it_large(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/activations?act.map_index=0&act.tab=tests")
    expect(page.get_by_role("heading", name="Map 0 of Conv2D_1")).to_be_visible()
    page.get_by_role("button", name=re.compile("^map 3: largest")).click()
    expect(page.get_by_role("heading", name="Map 3 of Conv2D_1")).to_be_visible()
    page.wait_for_url(re.compile("act.map_index=3"))


def test_maps_digits_and_cells_are_chosen_with_the_keys_alone(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/activations?act.map_index=0&act.tab=tests")
    first = page.get_by_role("button", name=re.compile("^map 0: largest"))
    first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "End", "Home", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    chosen = page.get_by_role("button", name=re.compile("^map 2: largest"))
    expect(chosen).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Map 2 of Conv2D_1")).to_be_visible()
    expect(chosen).to_have_attribute("aria-pressed", "true")
    expect(chosen, "the focus stays while its picture is drawn anew").to_be_focused()
    assert page.locator(".st-key-act-mosaic-1 button[tabindex='0']").count() == 1

    page.locator(".st-key-act-best").get_by_role("button").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("act.digit.index="))

    open_page(page, f"{server.address}/classes?cls.is_a=4&cls.read_as=9")
    page.get_by_role("button", name="a 4 read as 9:").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("cls.is_a=5"))


def test_a_number_out_of_range_is_refused_beside_its_field(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/activations?act.map_index=3")
    field = page.get_by_label("Map, 0 to 31")
    field.fill("300")
    field.press("Enter")
    said = page.get_by_text("Please enter a value between 0 and 31.")
    expect(said).to_be_visible()
    assert said.bounding_box()["height"] > 10, "it is seen, not only heard"
    expect(page.get_by_role("heading", name="Map 3 of Conv2D_1")).to_be_visible()
    field.fill("5")
    field.press("Enter")
    expect(page.get_by_role("heading", name="Map 5 of Conv2D_1")).to_be_visible()
    expect(said).to_be_hidden()


def test_a_word_of_the_glossary_says_what_it_means(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/oip")
    word = page.locator(".lab-term", has_text="gradient ascent")
    meaning = word.get_by_role("tooltip")
    expect(meaning).to_be_hidden()
    word.focus()
    expect(meaning).to_be_visible()
    expect(meaning.get_by_role("img").or_(meaning.locator("img"))).to_be_visible()
    page.keyboard.press("Tab")
    expect(meaning.get_by_role("link")).to_be_focused()
    box = meaning.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]


def test_a_click_on_a_node_shows_its_sum_and_field(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/activations?act.layer=Conv2D_3")
    expect(page.get_by_text("This node sees")).to_be_visible()
    click_tile(page, "act-large", 0.5, 0.5)
    expect(page.get_by_text("the node in row 1, column 1")).to_be_visible()
    expect(page.get_by_text("This node sees rows 4 to 21")).to_be_visible()


def test_a_cell_of_the_matrix_leads_to_its_digits_and_one_of_them_to_activations(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/classes")
    expect(page.get_by_text("are read right").filter(visible=True).first).to_be_visible()
    page.get_by_role("button", name="a 3 read as 3:").click()
    expect(page.get_by_text("Of the 1,000 digits that are a 3")).to_be_visible()
    page.locator(".st-key-cls-cell").get_by_role("button", name=re.compile("^digit ")).first.click()
    page.wait_for_url(re.compile("/activations"))
    expect(page.get_by_text("a 3.")).to_be_visible()


def test_real_points_stand_beside_the_shuffled_control(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/classes?cls.label_a=7&cls.label_b=2")
    expect(page.get_by_text("Unique with shuffled labels")).to_be_visible()
    expect(page.get_by_text("unique to 7 against 2").first).to_be_visible()
    expect(page.get_by_text("Weighing points")).to_be_visible()


def test_a_link_of_everything_is_followed_in_a_fresh_browser(page: Page, server: Server) -> None:
    link = "act.digit.index=15&act.layer=Dense_1&act.map_index=1&act.scale=layer&act.colours=jet&act.factors.0.layer=Conv2D_3&act.factors.0.index=4"
    open_page(page, f"{server.address}/activations?{link}")
    expect(page.get_by_role("heading", name="Node 1 of Dense_1")).to_be_visible()
    expect(page.get_by_text("Test digit 15, a 5")).to_be_visible()
    expect(page.get_by_text("Map 4 of Conv2D_3: × 0")).to_be_visible()


def test_a_bad_upload_gets_one_sentence(page: Page, server: Server, tmp_path) -> None:
    open_page(page, f"{server.address}/activations")
    expect(page.get_by_text("reads 4", exact=True)).to_be_visible()
    page.get_by_text("Upload", exact=True).click()
    for name, words in {"bad.png": "This is not a picture", "digit.txt": "not allowed"}.items():
        (tmp_path / name).write_bytes(b"not a picture")
        expect(page.get_by_text(words)).to_have_count(0)
        page.locator("input[type=file]").set_input_files(tmp_path / name)
        expect(page.get_by_text(words)).to_be_visible()


# Each of another digit, so that none can be taken for the one before.
KINDS = {"photo.jfif": 3, "scan.tif": 1, "shot.avif": 7, "old.bmp": 5}


def test_a_picture_is_read_whatever_its_kind_is_called(page: Page, server: Server, tmp_path) -> None:
    open_page(page, f"{server.address}/activations")
    page.get_by_text("Upload", exact=True).click()
    for name, digit in KINDS.items():
        sheet = np.full((280, 280), 235, np.uint8)
        sheet[28:252, 28:252] -= np.kron(sample_digits([digit], 1)[0], np.ones((8, 8), np.uint8)) // 5 * 4
        Image.fromarray(sheet).save(tmp_path / name)
        page.locator("input[type=file]").set_input_files(tmp_path / name)
        expect(page.get_by_text(f"reads {digit}", exact=True)).to_be_visible()
        expect(page.get_by_alt_text("Your picture; in blue the piece read as the digit.")).to_be_visible()


def test_the_pointer_shows_the_digit_of_a_point(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/classes")
    page.get_by_role("tab", name="All digits on one map").click()
    expect(page.get_by_text("test digits in ten clouds").first).to_be_visible()
    page.wait_for_url(re.compile(r"cls\.tab=plane"))
    area = page.get_by_label(re.compile("test digits in ten clouds"))
    area.scroll_into_view_if_needed()
    shown = page.get_by_text(re.compile(r"^\d+: an? \d read as \d$"))
    box = area.bounding_box()
    for step in range(40):
        page.mouse.move(box["x"] + box["width"] * (0.2 + step * 0.015), box["y"] + box["height"] * 0.45)
        if shown.is_visible():
            break
        page.wait_for_timeout(100)
    expect(shown).to_be_visible()
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_text("1 of 10,000 digits")).to_be_visible()
    area.press("ArrowRight")
    expect(shown).to_be_visible()
    area.press("Enter")
    expect(page.get_by_text("2 of 10,000 digits")).to_be_visible()
    page.wait_for_url(re.compile(r"cls\.kept=\d+%2C\d+"))
