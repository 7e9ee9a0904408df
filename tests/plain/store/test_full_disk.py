"""On a full disk nothing is lost that was there, and a run still says why it failed."""

import errno
import os
import subprocess

import numpy as np
import pytest
from support.disks import fill, small_disk
from support.recipes import small_training
from support.sentences import refused

from mnistlab.engine.admission import admit
from mnistlab.errors import StoreError
from mnistlab.progress import Result, Snapshot
from mnistlab.recipes import weight_shapes
from mnistlab.settings import Settings
from mnistlab.store.durations import Duration, Durations
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.runs import Store
from mnistlab.store.visitors import Nicknames

__all__ = ["small_disk"]

RECIPE = small_training()
WEIGHTS = {name: np.ones(shape, np.float32) for name, shape in weight_shapes(RECIPE.network).items()}


@pytest.fixture
def store(small_disk):
    return Store(small_disk)


@pytest.fixture
def run(store):
    return store.create(RECIPE, "My run")


WRITES = {
    "state": lambda run: run.set_state("running"),
    # Longer than what is left of the last block.
    "event": lambda run: run.append_event({"time": 1.0, "done": 1, "total": 2, "stage": "x" * 5000}),
    "request": lambda run: run.request("stop"),
    "name": lambda run: run.rename("Other"),
    "snapshot": lambda run: run.write_snapshot(Snapshot(1, WEIGHTS)),
    "checkpoint": lambda run: run.write_checkpoint({"done": 1}),
    "result": lambda run: run.write_result(Result({"loss": np.ones(3)}, {}), StoredNetwork(RECIPE.network, WEIGHTS)),
    "rewinding": lambda run: run.rewind_events(9),
}


@pytest.mark.parametrize("write", WRITES)
def test_every_write_says_that_the_disk_is_full_and_loses_nothing(store, run, write):
    run.append_event({"time": 1.0, "done": 0, "total": 2})
    fill(store.home)
    with refused(StoreError, "The disk is full"):
        WRITES[write](run)
    assert run.state().name == "queued"
    assert run.name() == "My run"
    assert run.recipe() == RECIPE
    assert [event["done"] for event in run.event_log().read()] == [0]
    assert not [path for path in run.path.rglob("*") if path.suffix == ".part"]


def test_a_failed_run_still_says_why(store, run):
    fill(store.home)
    run.fail("The disk is full.")
    assert (run.state().name, run.state().reason) == ("failed", "The disk is full.")


def test_a_run_that_cannot_be_made_leaves_nothing(store, run):
    fill(store.home)
    with refused(StoreError, "The disk is full"):
        store.create(RECIPE)
    assert [other.id for other in store.runs()] == [run.id]
    assert list(store.runs_folder.iterdir()) == [run.path]


def test_what_is_there_can_still_be_looked_at_and_deleted(store, run):
    fill(store.home)
    assert store.state(run).name in ("queued", "interrupted")
    store.delete(run)
    assert store.runs() == []


@pytest.mark.parametrize("function", ["mkdir", "open"])
def test_a_disk_without_room_for_a_folder_or_file_is_told(home, monkeypatch, function):
    """The same without a disk of our own: what the system says when not even a name fits."""
    run = Store(home).create(RECIPE)

    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, function, full)
    for write in (WRITES["snapshot"], WRITES["result"]):
        with refused(StoreError, "The disk is full"):
            write(run)
    monkeypatch.undo()
    assert run.state().name == "queued"


@pytest.fixture
def read_only(store, run):
    """The same disk, which nobody may write to any more."""
    command = ["mount", "-o", "remount,ro", str(store.home)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this user may not make a disk read-only")
    return run


@pytest.mark.parametrize("write", WRITES)
def test_every_write_to_a_read_only_disk_is_told_and_loses_nothing(store, read_only, write):
    with refused(StoreError, "could not be written"):
        WRITES[write](read_only)
    assert read_only.state().name == "queued"
    assert read_only.recipe() == RECIPE


def test_a_read_only_disk_admits_nothing_and_shows_what_is_there(store, read_only):
    with refused(StoreError, "could not be written"):
        admit(RECIPE, "", "", store, Settings(home=store.home), lambda run: None)
    assert [run.id for run in store.runs()] == [read_only.id]
    assert Nicknames(store.home).all() == []
    with refused(StoreError, "could not be written"):
        Nicknames(store.home).choose("a" * 16, "Ann")
    Durations(store.home).record(Duration("training", 1.0, 1.0))


def test_a_disk_that_fills_up_while_a_run_is_made_leaves_none(store):
    """Who is told that it could not be done shall not find it half done, and interrupted."""

    def refuse(run):
        raise StoreError("The disk is full: state.json could not be written.")

    with refused(StoreError, "disk is full"):
        admit(RECIPE, "", "", store, Settings(home=store.home, disk_reserve=0), refuse)
    assert store.runs() == []


def test_an_app_that_stands_in_the_door_stops_nobody_for_long(home, monkeypatch):
    store = Store(home)
    monkeypatch.setattr("mnistlab.store.runs.ADMISSION_SECONDS", 0.05)
    with store.admission_lock(), refused(StoreError, "Another app"), store.admission_lock():
        pass
    with store.admission_lock():
        pass
