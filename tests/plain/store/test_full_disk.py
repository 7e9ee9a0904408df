"""On a full disk nothing is lost that was there, and a run still says why it failed."""

import errno
import os

import numpy as np
import pytest
from support.disks import fill, small_disk
from support.recipes import small_training
from support.sentences import refused

from mnistlab.errors import StoreError
from mnistlab.progress import Result, Snapshot
from mnistlab.recipes import weight_shapes
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.runs import Store

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
