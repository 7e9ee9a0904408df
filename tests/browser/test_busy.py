"""A visitor beside twenty processes that burn the processors, each with as large a share of them as the whole app: minutes of patience, nothing wrong."""

import json
import random
import re
import time
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect
from support.browser import IDLE, LONG, SMALL, running_server
from support.processes import answers
from support.waiting import wait_for

from scripts.busy import busy
from scripts.storm import PLACES, storm

MINUTES = 60_000
# From the click to the word on the page, where a script run takes seconds.
ACKNOWLEDGED = 1 * MINUTES


def _workers(server: psutil.Process) -> set[int]:
    return {
        process.pid
        for process, command in answers(server.children(recursive=True), psutil.Process.cmdline)
        if any("spawn_main" in part for part in command)
    }


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_training_runs_to_its_end_and_another_is_cancelled(page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(20 * MINUTES)
    with running_server(tmp_path) as server, busy(20, 3600, apart=True):
        family = psutil.Process(server.process.pid)

        def start(choices: str) -> Path:
            page.goto(f"{server.address}/train?{choices}")
            page.locator(IDLE).wait_for()
            page.get_by_role("button", name="Start", exact=True).click()
            page.wait_for_url(re.compile("run="))
            return tmp_path / "runs" / re.search(r"run=([a-z0-9-]+)", page.url).group(1)

        first = start(SMALL)
        workers = wait_for(lambda: len(found := _workers(family)) >= 2 and found, 600, "the workers")
        expect(page.get_by_role("button", name="Use this network everywhere")).to_be_visible(timeout=30 * MINUTES)
        state = json.loads((first / "state.json").read_text())
        assert (state["name"], state["attempts"], state["losses"]) == ("finished", 1, [])
        second = start(LONG)
        button = page.get_by_role("button", name="Cancel")
        button.wait_for()
        began = time.monotonic()
        button.click()
        expect(page.get_by_text(re.compile("— cancell"))).to_be_visible(timeout=ACKNOWLEDGED)
        expect(page.get_by_text(re.compile("— cancelled$"))).to_be_visible(timeout=2 * ACKNOWLEDGED)
        assert json.loads((second / "state.json").read_text())["name"] == "cancelled"
        print(f"cancelled after {time.monotonic() - began:.1f} s")
        assert _workers(family) == workers, "no worker was ended"


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("place", PLACES)
def test_after_a_storm_of_moves_taps_and_backs_page_address_and_picture_agree(
    page: Page, tmp_path: Path, place: str
) -> None:
    patience = 20 * 60
    page.set_default_timeout(1000 * patience)
    with running_server(tmp_path) as server:
        page.goto(server.address + PLACES[place].path)
        page.locator(IDLE).wait_for()
        with busy(20, 3600):
            found = storm(page, server.address, PLACES[place], 300, random.Random(0), patience)
    assert found.moves == 300
    assert found.agrees, found
