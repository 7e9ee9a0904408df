"""Move a slider by keyboard, tap, leave and come Back at random moments, on a machine that is busy, and look whether any move is undone.

    python -m scripts.storm --page oip --moves 300 --busy 20

It starts a server of its own. After each act and before the next the slider must say the same; at the end the slider, the address and what the page
shows (against a fresh visit to that address) must agree. Bounded in moves, processes and time. The last line is JSON.
"""

import argparse
import contextlib
import json
import os
import random
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mnistlab.bench.pages import find_chromium, server

MOST_MOVES, MOST_BUSY = 1_000, 40
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
# Seconds a visitor lets pass between two moves: in a row, as they look, and when the page has answered.
QUICK, SLOW = (0.0, 0.15), (0.2, 2.5)
# How often a visitor waits for the page before the next move.
SETTLE_SHARE = 0.03
# How often they tap instead of moving, and how often they go to another page and Back.
TAP_SHARE, BACK_SHARE = 0.06, 0.04
# A page counts as settled when nothing has changed on it for so long.
SETTLED_SECONDS = 3.0
LONGEST_SECONDS = 3_000.0


@dataclass(frozen=True)
class Place:
    """Where a slider is moved.

    `path`: of the page; `tab`: to open before; `slider`: its name; `parameter`: of the address; `shown`: selects what the server made of the page's
    state, a picture or a text; `tap`: a button that leaves the slider alone.
    """

    path: str
    tab: str
    slider: str
    parameter: str
    shown: str
    tap: str = ""


IN_ALL_ROOTS = """(selector) => [document, ...[...document.querySelectorAll('*')].map((node) => node.shadowRoot).filter(Boolean)]
  .map((root) => root.querySelector(selector)).find(Boolean)"""
SHOWN = f"""(selector) => {{ const node = ({IN_ALL_ROOTS})(selector);
  return node?.src || node?.style.getPropertyValue('--source') || node?.innerText || '' }}"""
PLACES = {
    "oip": Place("/oip?ascent.steps=60", "", "Scale 1", "start.amplitudes.0", "img.lab-pattern", "New random start"),
    "dream": Place("/dream", "", "Blend borders", "dream.recipe.blend", ".board .dream"),
    "train": Place("/train", "Digits", "Epochs", "epochs", ""),
    "classes": Place("/classes?cls.tab=points", "", "Active from", "cls.active", ".cells"),
    "activations": Place(
        "/activations?act.layer=Conv2D_3&act.map_index=57&act.tab=mute",
        "",
        "Multiply map 57",
        "act.factors.0.factor",
        ".st-key-standing-act-question-mute",
        "Next",
    ),
}


@dataclass
class Outcome:
    """What a storm left behind: the values that were jumped to, and where slider, address and page stand."""

    page: str
    moves: int = 0
    undone: list[str] = field(default_factory=list)
    slider: float = 0.0
    address: float = 0.0
    same_picture: bool = False
    seconds: float = 0.0

    @property
    def agrees(self) -> bool:
        """Return whether nothing was undone and all say the same."""
        return not self.undone and self.same_picture and abs(self.slider - self.address) < 1e-9


def storm(page: Any, address: str, place: Place, moves: int, chance: random.Random, patience: float) -> Outcome:
    """Move the slider of a page so often.

    Arguments:
        page: a Playwright page.
        address: of the server.
        place: which page and slider.
        moves: how many.
        chance: when, and which way.
        patience: seconds to wait for a page to settle.
    """
    began = time.monotonic()
    outcome = Outcome(urlsplit(place.path).path)
    slider = _open(page, f"{address}{place.path}", place, patience)
    usual = value = _value(slider)
    low, high = float(slider.get_attribute("min") or 0), float(slider.get_attribute("max") or 1)
    slider.focus()
    while outcome.moves < moves and time.monotonic() - began < LONGEST_SECONDS:
        before = _value(slider)
        if before != value:
            outcome.undone.append(f"move {outcome.moves}: {value:g} became {before:g}")
        act = chance.random()
        if place.tap and act < TAP_SHARE:
            page.get_by_role("button", name=place.tap, exact=True).click(delay=0)
        elif act > 1 - BACK_SHARE:
            _leave_and_come_back(page, place, chance)
            slider = page.get_by_role("slider", name=place.slider).first
        else:
            right = before <= low or (before < high and chance.random() < 0.5)
            slider.press("ArrowRight" if right else "ArrowLeft")
            value = _value(slider)
        outcome.moves += 1
        if chance.random() < SETTLE_SHARE:
            _settle(page, place, patience)
        else:
            page.wait_for_timeout(1000 * chance.uniform(*(QUICK if chance.random() < 0.5 else SLOW)))
    shown = _settle(page, place, patience)
    if _value(slider) != value:
        outcome.undone.append(f"in the end: {value:g} became {_value(slider):g}")
    outcome.slider = _value(slider)
    given = parse_qs(urlsplit(page.url).query).get(place.parameter)
    outcome.address = float(given[0]) if given else usual
    fresh = page.context.browser.new_page()
    fresh.set_default_timeout(1000 * patience)
    again = _open(fresh, page.url, place, patience)
    outcome.same_picture = _settle(fresh, place, patience) == shown != "" and _value(again) == value
    fresh.close()
    outcome.seconds = round(time.monotonic() - began)
    return outcome


def _leave_and_come_back(page: Any, place: Place, chance: random.Random) -> None:
    """Go to another page and Back, before or after that page is there."""
    page.get_by_test_id("stSidebar").get_by_role("link", name="Lab").click(delay=0)
    page.wait_for_url("**/lab*")
    page.wait_for_timeout(1000 * chance.uniform(*SLOW))
    page.go_back()
    if place.tab:
        page.get_by_role("tab", name=place.tab).click()
    page.get_by_role("slider", name=place.slider).first.wait_for()


def _open(page: Any, address: str, place: Place, patience: float) -> Any:
    page.goto(address)
    page.locator(IDLE).wait_for()
    if place.tab:
        page.get_by_role("tab", name=place.tab).click()
    slider = page.get_by_role("slider", name=place.slider).first
    slider.wait_for()
    if not place.shown:
        page.get_by_text("This recipe as JSON").click()
    _settle(page, place, patience)
    return slider


def _value(slider: Any) -> float:
    return float(slider.input_value())


def _shown(page: Any, place: Place) -> str:
    """Return the picture the page shows, or the recipe it stands for."""
    if place.shown:
        return str(page.evaluate(SHOWN, place.shown))
    return str(page.get_by_test_id("stCode").first.inner_text())


def _settle(page: Any, place: Place, patience: float) -> str:
    """Wait until the page shows something that does not change any more; return it."""
    end = time.monotonic() + patience
    shown, since = "", time.monotonic()
    while time.monotonic() < end:
        now = _shown(page, place) if page.locator(IDLE).count() else ""
        waits = page.get_by_text("is on its way").count() + page.get_by_text("The network is reading").count()
        if now != shown or not now or waits:
            shown, since = now, time.monotonic()
        elif time.monotonic() - since > SETTLED_SECONDS:
            break
        page.wait_for_timeout(200)
    return shown


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--page", choices=[*PLACES, "all"], default="all")
    parser.add_argument("--moves", type=int, default=300)
    parser.add_argument("--busy", type=int, default=0, help="processes that burn the processors meanwhile")
    parser.add_argument("--patience", type=float, default=240, help="seconds to wait for a page to settle")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if given.moves > MOST_MOVES or given.busy > MOST_BUSY:
        parser.error(f"at most {MOST_MOVES} moves and {MOST_BUSY} busy processes")
    places = list(PLACES.values()) if given.page == "all" else [PLACES[given.page]]
    chromium, playwright_of = find_chromium()
    found = []
    with playwright_of() as playwright, server() as (address, _):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for place in places:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(1000 * given.patience)
            # What is measured is a page that has been there before the machine got busy.
            _open(page, f"{address}{place.path}", place, given.patience)
            with _busy(given.busy):
                outcome = storm(page, address, place, given.moves, random.Random(given.seed), given.patience)
            found.append({**asdict(outcome), "agrees": outcome.agrees, "load": round(os.getloadavg()[0], 1)})
            print(json.dumps(found[-1]), file=sys.stderr, flush=True)
            page.close()
        browser.close()
    print(json.dumps(found))
    return 0 if all(one["agrees"] for one in found) else 1


def _busy(processes: int) -> contextlib.AbstractContextManager[None]:
    if not processes:
        return contextlib.nullcontext()
    from scripts.busy import busy

    return busy(processes, seconds=LONGEST_SECONDS + 300)


if __name__ == "__main__":
    sys.exit(main())
