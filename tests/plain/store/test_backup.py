"""deploy/backup.sh copies a store while others write into it: what the copy says is true of it."""

import os
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from support.deployment import DEPLOY

from mnistlab.progress import Result
from mnistlab.recipes import TrainingRecipe
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("tar") is None, reason="backup.sh needs GNU tar and find"
)
RUNS, EPOCHS = 12, 3
# How often tar lets the runs go on: after each of its records of 10 kB, of which a run takes some.
RECORDS = ["--checkpoint=1", "--checkpoint-action=exec={hook}"]
END = object()
WEIGHTS = np.zeros(10_000, np.float32)


def back_up(store: Path, folder: Path, **variables: str) -> Store:
    """Copy the store and unpack the copy."""
    environment = {**os.environ, **variables}
    subprocess.run([DEPLOY / "backup.sh", store, folder / "copy.tar"], check=True, capture_output=True, env=environment)
    with tarfile.open(folder / "copy.tar") as archive:
        archive.extractall(folder / "copy", filter="data")
    return Store(folder / "copy")


def carried_out(run: RunFolder) -> Iterator[None]:
    """Write a run's files in the order in which mnistlab/runner.py does, a moment between any two."""
    run.set_state("running")
    yield
    for epoch in range(1, EPOCHS + 1):
        run.append_event({"time": 0.0, "done": epoch, "total": EPOCHS})
        yield
        run.write_checkpoint({"weights": WEIGHTS, "done": epoch})
        yield
    run.write_result(Result(arrays={"weights": WEIGHTS}, summary={"epochs": EPOCHS}), None)
    yield
    run.set_state("finished")


@contextmanager
def going_on_while_tar_reads(runs: list[RunFolder], folder: Path) -> Iterator[str]:
    """Each time tar has read a record, let some of the runs go a step further; yields options for tar."""
    asks, answers, hook = folder / "asks", folder / "answers", folder / "hook.sh"
    os.mkfifo(asks)
    os.mkfifo(answers)
    hook.write_text(f"#!/bin/sh\necho > {asks}\ncat {answers}\n")
    hook.chmod(0o755)
    lives = [carried_out(run) for run in runs]
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            asks.read_bytes()
            # Two runs at a time, so that some are at work from the first record to the last.
            for life in lives[:2]:
                if next(life, END) is END:
                    lives.remove(life)
            answers.write_bytes(b"")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield " ".join(RECORDS).format(hook=hook)
    finally:
        over.set()
        subprocess.run([hook], check=True)
        thread.join()


def test_what_a_copy_says_of_runs_that_went_on_is_true_of_it(home, tmp_path) -> None:
    store = Store(home)
    runs = [store.create(TrainingRecipe(), "busy") for _ in range(RUNS)]
    # In the order in which tar will come to them, so that a run is read while it goes on.
    order = [path.name for path in os.scandir(store.runs_folder)]
    runs.sort(key=lambda run: order.index(run.id))
    with going_on_while_tar_reads(runs, tmp_path) as options:
        copy = back_up(home, tmp_path, TAR_OPTIONS=options)
    assert any(run.state().name == "finished" for run in runs)
    assert len(copy.runs()) == RUNS
    for run in copy.runs():
        assert (run.name(), run.recipe()) == ("busy", TrainingRecipe())
        checkpoint = run.read_checkpoint()
        done = [event["done"] for event in run.event_log().read()]
        assert (int(checkpoint["done"]) if checkpoint else 0) <= max(done, default=0)
        if run.state().name == "finished":
            assert run.summary() == {"epochs": EPOCHS}
            assert run.result()["weights"].size == WEIGHTS.size
    assert not [path for path in copy.home.rglob("*") if path.suffix in (".part", ".lock")]


def test_a_run_that_is_just_being_made_waits_for_the_next_backup(home, tmp_path) -> None:
    store = Store(home)
    store.create(TrainingRecipe(), "before")
    (store.create(TrainingRecipe(), "half made").path / "state.json").unlink()
    assert [run.name() for run in back_up(home, tmp_path).runs()] == ["before"]


def test_a_copy_leaves_out_what_is_computed_again(home, tmp_path) -> None:
    home.mkdir()
    for name in ("answers", "engines", "visitors", "photos"):
        (home / name).mkdir()
        (home / name / "something.json").write_text("{}")
    (home / "store.json").write_text("{}")
    copy = back_up(home, tmp_path)
    assert sorted(path.name for path in copy.home.iterdir()) == ["photos", "store.json", "visitors"]


def test_a_backup_that_fails_says_so_and_leaves_nothing_that_looks_like_one(home, tmp_path) -> None:
    shown = subprocess.run(
        [DEPLOY / "backup.sh", home / "nowhere", tmp_path / "copy.tar"], capture_output=True, text=True, check=False
    )
    assert shown.returncode != 0
    assert "nowhere" in shown.stderr
    assert not (tmp_path / "copy.tar").exists()
