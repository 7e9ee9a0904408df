"""A teacher and two students in browsers of their own: answers arrive within two seconds, a class is held, the projector is readable, and nothing is left."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect
from support.browser import PATIENCE, Server, open_page, running_server

ANSWER = "This is my answer"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with running_server(tmp_path_factory.mktemp("class"), "--lab") as server:
        yield server


@pytest.fixture
def visit(browser: Browser):
    """Open a window of somebody with a browser of their own."""
    contexts = []

    def visit(width: int = 1280, height: int = 900) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield visit
    for context in contexts:
        context.close()


def join(page: Page, lab: Server, code: str, name: str) -> None:
    open_page(page, f"{lab.address}/learn?class={code}")
    if name:
        page.get_by_label("Your name in this class, if you like").fill(name)
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.get_by_text("You are in the class")).to_be_visible()


def test_a_class_from_its_code_to_its_end(lab: Server, visit) -> None:
    teacher, ann, bob = visit(1024, 768), visit(), visit()
    open_page(teacher, f"{lab.address}/learn")
    teacher.get_by_role("button", name="Open a class").click()
    teacher.get_by_role("button", name="Open it", exact=True).click()
    teacher.wait_for_url(re.compile("teach=[A-Z]{6}"))
    code = re.search(r"teach=([A-Z]{6})", teacher.url).group(1)
    picture = teacher.get_by_alt_text("The link as a QR code")
    expect(picture).to_be_visible()
    join(ann, lab, code, "Ann *of* <b>8b</b>")
    join(bob, lab, code, "")
    expect(teacher.get_by_text("0 of 2 have answered")).to_be_visible()
    # The teacher holds them at the first step, wherever they are.
    teacher.get_by_role("button", name="Hold everybody here").click()
    for page in (ann, bob):
        expect(page.get_by_text("The class is held at this step")).to_be_visible()
        expect(page.get_by_role("button", name="Next", exact=True)).to_have_count(0)
    slider = ann.get_by_role("slider", name="Your prediction")
    slider.focus()
    slider.press("ArrowRight")
    answered = time.monotonic()
    ann.get_by_role("button", name=ANSWER).click()
    expect(teacher.get_by_text("1 of 2 have answered")).to_be_visible()
    print(f"an answer was counted {time.monotonic() - answered:.1f} s after its press")
    # On the projector: large, and no names.
    wall = teacher.context.new_page()
    wall.set_default_timeout(PATIENCE)
    open_page(wall, f"{lab.address}/learn?project={code}")
    expect(wall.get_by_text("1 of 2 have answered")).to_be_visible()
    expect(wall.get_by_test_id("stSidebar")).to_be_hidden()
    # A phone must see all of the code: nothing lies over it.
    corner = wall.get_by_alt_text("The link as a QR code").evaluate(
        "one => { const box = one.getBoundingClientRect(); return document.elementFromPoint(box.left + 2, box.top + 2) === one }"
    )
    assert corner
    expect(wall.get_by_alt_text(re.compile("the pixel in row .* is marked"))).to_be_visible()
    expect(wall.locator(".lab-spread li")).to_have_count(0)
    size = wall.locator(".lab-asked").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert size >= 24
    assert wall.evaluate("document.documentElement.scrollWidth <= innerWidth")
    teacher.get_by_role("button", name="Show the answers to all").click()
    expect(wall.locator(".lab-spread li")).to_have_count(1)
    assert "Ann" not in wall.locator(".stApp").inner_text()
    teacher.get_by_text("Who said what").click()
    expect(teacher.get_by_text("Ann *of* <b>8b</b>")).to_be_visible()
    # A reload is the same student again; then the class is let go, and ended.
    bob.reload()
    expect(bob.get_by_text("The class is held at this step")).to_be_visible()
    teacher.get_by_role("button", name="Let them go on").click()
    expect(bob.get_by_role("button", name="Next", exact=True)).to_be_visible()
    teacher.get_by_role("button", name="End the class").click()
    teacher.get_by_role("button", name="End it now").click()
    expect(ann.get_by_text("has ended. Your answers are still yours.")).to_be_visible()
    assert [path.name for path in (lab.home / "classrooms").iterdir() if path.name != ".lock"] == []
