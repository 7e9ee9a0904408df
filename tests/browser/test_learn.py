"""What a learner does: predicts by keyboard alone, sees a real ascent and a real training, leaves and comes back."""

import re
import time

from playwright.sync_api import Page, expect
from support.browser import Server, open_page

ANSWER, NEXT = "This is my answer", "Next"


def press(page: Page, name: str) -> None:
    """Press a button by the keyboard."""
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    button.press("Enter")


def choose_first(page: Page) -> None:
    """Choose the first answer by the keyboard. (The steps above are radio buttons, too.)"""
    radio = page.get_by_test_id("stRadio").get_by_role("radio").first
    radio.focus()
    radio.press(" ")


def test_a_lesson_is_done_by_keyboard_alone_and_is_there_after_a_reload(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/learn")
    expect(page.get_by_role("heading", name="A digit is 784 numbers")).to_be_visible()
    begin = page.get_by_role("button", name="Begin").first
    begin.focus()
    begin.press("Enter")
    page.wait_for_url(re.compile("lesson=numbers"))
    slider = page.get_by_role("slider", name="Your prediction")
    slider.focus()
    slider.press("ArrowRight")
    press(page, ANSWER)
    expect(page.get_by_text("You said:")).to_be_visible()
    expect(page.get_by_text(re.compile("numbers only .* are not 0"))).to_be_visible()
    press(page, NEXT)
    choose_first(page)
    press(page, ANSWER)
    expect(page.get_by_text("Right", exact=True)).to_be_visible()
    address = page.url
    page.reload()
    expect(page.get_by_text("You said:")).to_be_visible()
    later = page.context.new_page()
    open_page(later, address.partition("?")[0])
    expect(later.get_by_text("2 of 5 answered")).to_be_visible()
    later.close()


def test_the_short_training_of_a_lesson_is_a_real_one_of_seconds(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/learn?lesson=training")
    expect(page.locator(".lab-fact", has_text="Workers")).to_contain_text("ready")
    press(page, ANSWER)
    begun = time.monotonic()
    press(page, "Train now")
    expect(page.get_by_text(re.compile("After the four epochs it read"))).to_be_visible()
    said = page.get_by_text(re.compile("After the four epochs it read")).inner_text()
    accuracies = [int(number) for number in re.findall(r"\d+", said)[:4]]
    assert accuracies[-1] > 60, "it has learnt"
    assert accuracies == sorted(accuracies) or max(accuracies) - accuracies[-1] < 5
    print(f"the training of lesson 4 took {time.monotonic() - begun:.1f} s from press to sentence")


def test_the_ascents_of_a_lesson_are_real_ones(page: Page, server: Server) -> None:
    open_page(page, f"{server.address}/learn?lesson=pattern&step=3")
    choose_first(page)
    press(page, ANSWER)
    expect(page.get_by_text(re.compile("The scores are .* from coarse to fine"))).to_be_visible()
    expect(page.get_by_alt_text(re.compile("^The pattern from 3×3"))).to_be_visible()
    way_on = page.get_by_role("link", name=re.compile("on the page OIP"))
    way_on.click()
    page.wait_for_url(re.compile(r"oip.*target.map_index=57"))
