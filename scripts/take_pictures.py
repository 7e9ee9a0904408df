"""Take the README's pictures of pages anew, from a server on the digits at hand: `python -m scripts.take_pictures`."""

import re
from pathlib import Path

from playwright.sync_api import Page

from mnistlab.bench.pages import READY, find_chromium, server

TARGET = Path(__file__).parents[1] / "docs" / "pictures"
SIZE = {"width": 1280, "height": 800}
# The page behind each picture, and what stands on it when it is complete.
SHOWN = {
    "activations": ("/activations?act.layer=Conv2D_2", "This node sees"),
    "explain": ("/explain", "Below each map the pattern"),
    "oip": ("/oip?target.map_index=57", "Compared with real digits"),
    "atlas": ("/atlas?map=57", "of Conv2D_3 have a pattern|maps of Conv2D_3"),
}
# Enough to see both curves bend, in a minute.
TRAINING = "/train?data=embedded&train_size=6000&epochs=6"


def main() -> None:
    """Start a server, train a network and look at the pages."""
    chromium, playwright_of = find_chromium()
    with playwright_of() as playwright, server() as (address, _):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.set_default_timeout(300_000)
        for name, (path, complete) in SHOWN.items():
            page.goto(address + path)
            page.get_by_text(re.compile(complete)).first.wait_for()
            _take(page, name)
        page.goto(address + TRAINING)
        page.get_by_role("button", name="Start", exact=True).click()
        page.get_by_role("button", name="Use this network everywhere").wait_for()
        _take(page, "train")
        browser.close()


def _take(page: Page, name: str) -> None:
    page.locator(READY).wait_for()
    # What fades in has done so.
    page.wait_for_timeout(1500)
    page.screenshot(path=TARGET / f"{name}.png")


if __name__ == "__main__":
    main()
