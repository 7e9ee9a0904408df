"""The server's process: what must not outlive it, and who else works on its store."""

import re
import signal
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect
from support.browser import SMALL, open_page, running_server, start


# (That nothing outlives an app, tests/engine/test_app_ends.py says each time.)
@pytest.mark.soak
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_the_server(page: Page, tmp_path: Path, how: signal.Signals) -> None:
    with running_server(tmp_path) as server:
        run_id = start(page, server, "data=embedded&train_size=20000&epochs=50")
        expect(page.get_by_text("Images per second")).to_be_visible()
        family = psutil.Process(server.process.pid).children(recursive=True)
        assert len(family) >= 3, "a host and two workers"
        server.process.send_signal(how)
        _, alive = psutil.wait_procs(family, timeout=20)
        assert alive == []
    with running_server(tmp_path) as again:
        # Nobody presses Resume; where the app was killed, that is told.
        open_page(page, f"{again.address}/train?run={run_id}")
        expect(page.get_by_text("the app was restarted (1 of 3)")).to_have_count(1 if how == signal.SIGKILL else 0)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text(re.compile("— cancelled$"))).to_be_visible()


@pytest.mark.soak
def test_two_servers_on_one_store_see_each_others_runs(page: Page, tmp_path: Path) -> None:
    with running_server(tmp_path) as one, running_server(tmp_path) as other:
        run_id = start(page, one, SMALL)
        page.get_by_role("button", name="Use this network everywhere").wait_for()
        open_page(page, f"{other.address}/train?run={run_id}")
        expect(page.get_by_role("button", name="Use this network everywhere")).to_be_visible()
