"""The log of a lab: every line a server prints is one JSON object, and what happened can be read from it, each thing once."""

import json
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from support.browser import IDLE, PATIENCE, SMALL, open_page, running_server, start
from support.waiting import wait_for

from mnistlab import __version__
from mnistlab.progress import Result
from mnistlab.recipes import TrainingRecipe, weight_shapes
from mnistlab.recipes.training import with_best_engine
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish

# The workers load TensorFlow first, which takes minutes where others want the processors; that is not what is tested here.
PATIENT = 4 * PATIENCE
TOKEN = "an administrator's token"


def visitor(browser: Browser) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENT)
    return page


def finished_run(home: Path) -> RunFolder:
    """Return a run as if it had computed what `SMALL` asks for, everybody's."""
    store = Store(home)
    recipe = with_best_engine(TrainingRecipe.read({"data": "embedded", "train_size": 1000, "epochs": 2}))
    run = store.create(recipe, "made before", "", Wish.of(recipe, store).key)
    weights = {name: np.zeros(shape, np.float32) for name, shape in weight_shapes(recipe.network).items()}
    summary = {"complete": True, "val_accuracy": 0.9, "epochs": 2}
    run.append_event({"time": 1.0, "stage": "training", "done": 1, "total": 1})
    run.write_result(Result({"confusion": np.eye(10)}, summary), StoredNetwork(recipe.network, weights))
    run.set_state("finished")
    return run


@pytest.mark.timeout(1800)
def test_every_line_is_json_and_every_change_is_one_line(browser: Browser, tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = {
        "MNISTLAB_LOG_FORMAT": "json",
        "MNISTLAB_ADMIN_TOKEN": TOKEN,
        "MNISTLAB_QUEUED_PER_VISITOR": "0",
        "MNISTLAB_HOSTS": "127.0.0.1",
        "MNISTLAB_HANG": "600",
    }
    finished = finished_run(tmp_path / "home").id
    with running_server(tmp_path / "home", "--lab", log=log, **environment) as server:
        ann, bob = visitor(browser), visitor(browser)
        cancelled = start(ann, server, "data=embedded&train_size=20000&epochs=50")
        # One at a time: another is refused.
        open_page(ann, f"{server.address}/train?data=embedded&epochs=9")
        ann.get_by_role("button", name="Start", exact=True).click()
        expect(ann.get_by_text("You have 1 jobs at work or waiting")).to_be_visible(timeout=PATIENT)
        # Bob asks for what is there already, and everybody's; Ann deletes it, and it is his.
        assert start(bob, server, SMALL) == finished
        open_page(ann, f"{server.address}/train?run={finished}")
        ann.get_by_role("button", name="Delete").click()
        expect(ann.get_by_text("Others asked for the same: it will be theirs.")).to_be_visible(timeout=PATIENT)
        ann.get_by_role("button", name="Delete for good").click()
        ann.locator(IDLE).wait_for()
        open_page(bob, f"{server.address}/train?run={finished}")
        expect(bob.get_by_role("button", name="Delete")).to_be_visible(timeout=PATIENT)
        _give_token(bob, server.address, "a guess", "not the administrator's token")
        _give_token(ann, server.address, TOKEN, "Here all runs, workers and visitors are yours")
        open_page(ann, f"{server.address}/train?run={cancelled}")
        wait_for(lambda: Store(server.home).get(cancelled).state().name == "running", 900, "a worker")
        ann.get_by_role("button", name="Cancel", exact=True).click()
        expect(ann.get_by_text("cancelled", exact=False).first).to_be_visible(timeout=PATIENT)
        request = urllib.request.Request(server.address, headers={"Host": "evil.example"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        refused.value.close()
        server.process.terminate()
        server.process.wait(60)
    printed = wait_for(lambda: _whole(log), 30, "the last line of the log")
    lines = [json.loads(line) for line in printed.splitlines()]
    assert all({"time", "level", "from", "message"} <= line.keys() for line in lines)
    told = [line for line in lines if line["from"] == "mnistlab.audit"]
    states = [line for line in told if line["message"] == "run state"]
    assert [line["state"] for line in states] == ["queued", "running", "cancelled"]
    assert {(line["run"], line["kind"]) for line in states} == {(cancelled, "training")}
    (ann_id,) = {line["visitor"] for line in states}
    (handed_on,) = [line for line in told if line["message"] == "run handed on"]
    assert (handed_on["run"], handed_on["by"]) == (finished, ann_id)
    events = Counter(line["message"] for line in told if "state" not in line)
    assert events == {
        f"server begins, mnistlab {__version__}": 1,
        "server ends": 1,
        "job refused": 1,
        "run joined": 1,
        "run handed on": 1,
        "wrong administrator's token": 1,
        "administrator came in": 1,
        "cancel asked": 1,
        "turned away: a name this server does not answer to": 1,
    }
    assert TOKEN not in printed
    assert "guess" not in printed
    assert "Traceback" not in printed
    for page in (ann, bob):
        for cookie in page.context.cookies():
            assert cookie["value"] not in printed
        page.context.close()


def _whole(log: Path) -> str:
    printed = log.read_text()
    return printed if "server ends" in printed else ""


def _give_token(page: Page, address: str, token: str, answer: str) -> None:
    open_page(page, f"{address}/lab")
    page.get_by_role("tab", name="Administration").click()
    field = page.get_by_label("Administrator's token")
    field.fill(token)
    field.press("Enter")
    expect(page.get_by_text(answer)).to_be_visible(timeout=PATIENT)
