"""Runs go through the queue of an undisturbed engine, and visitors' questions past it."""

import os
import stat
import sys
from pathlib import Path

import numpy as np
import pytest
from support.engines import (
    LASTING,
    RECIPE,
    SECONDS,
    assert_same_weights,
    done,
    host_of,
    submit,
    wait_for_middle_of_epoch,
    wait_for_state,
    worker_of,
)
from support.recipes import small_training
from support.sentences import refused
from support.waiting import wait_for

from mnistlab.data.sources import digits
from mnistlab.engine import priority
from mnistlab.engine.scratch import PREFIX
from mnistlab.engine.tasks.digits import read_digits
from mnistlab.engine.tasks.runs import export_keras, export_script
from mnistlab.engine.tasks.surveys import read_set
from mnistlab.errors import StoreError
from mnistlab.store.answers import Answers

SHORT = small_training()


@pytest.fixture
def paused(engine):
    """A run that keeps the long lane until the test's end."""
    run = submit(engine, RECIPE, "In the way")
    wait_for_middle_of_epoch(run, 0)
    run.request("pause")
    wait_for_state(run, "paused")
    return run


def test_there_is_a_worker_for_each_lane(engine):
    rows = wait_for(lambda: len(engine.workers()) == 2 and engine.workers(), SECONDS, "two workers")
    assert [row.lanes for row in rows] == [("short",), ("long",)]
    assert len({row.address for row in rows}) == 2
    assert all(row.address.startswith("tls://127.0.0.1:") for row in rows)


@pytest.mark.skipif(sys.platform != "linux", reason="reads which files a process has open")
def test_scheduler_and_workers_put_their_files_where_nobody_else_reads(engine):
    host = host_of(engine)
    opened = [file.path for process in (host, *host.children(recursive=True)) for file in process.open_files()]
    locked = [Path(path) for path in opened if path.endswith(".dirlock")]
    assert len(locked) == 3, "Dask locks the folders of the scheduler and of two workers"
    for path in locked:
        scratch = path.parents[1]
        assert scratch.name.startswith(PREFIX)
        assert stat.S_IMODE(scratch.stat().st_mode) == 0o700


@pytest.mark.skipif(sys.platform != "linux", reason="reads the niceness of a worker's threads")
def test_a_worker_gives_way_to_the_app_and_the_long_lane_to_the_short_one(engine):
    def steps(lane):
        return worker_of(engine, lane).nice() - os.getpriority(os.PRIO_PROCESS, 0)

    assert steps("short") == priority.SHORT_LANE
    # (Once it has loaded TensorFlow.)
    wait_for(lambda: steps("long") == priority.LONG_LANE, SECONDS, "the long lane to be lowered")


def test_this_process_holds_no_tensorflow(engine):
    assert engine.phase == "ready"
    assert not {"tensorflow", "keras"} & set(sys.modules)


def test_a_run_gives_the_same_bits_as_the_command_line(engine, undisturbed):
    run = submit(engine, RECIPE)
    wait_for_state(run, "finished")
    assert_same_weights(run, undisturbed)
    assert run.state().attempts == 1


def test_an_impossible_run_fails_with_its_reason(engine):
    run = submit(engine, small_training(data="mnist"))
    wait_for_state(run, "failed")
    assert "MNIST is not on this machine" in run.state().reason


def test_questions_are_answered_while_a_run_is_at_work(engine):
    run = submit(engine, LASTING)
    wait_for_middle_of_epoch(run, 0)
    test = digits("embedded", "test")
    outputs = engine.ask(read_digits, "reference", test.images[:50]).result(SECONDS)
    assert run.state().name == "running"
    assert outputs.shape == (50, 10)
    np.testing.assert_allclose(outputs.sum(axis=1), 1, atol=1e-5)
    assert (outputs.argmax(axis=1) == test.labels[:50]).mean() > 0.8


def test_a_finished_runs_network_can_be_asked(engine):
    run = submit(engine, SHORT)
    wait_for_state(run, "finished")
    key = engine.ask(read_set, run.id, "embedded", "test", aside="noted-here").result(SECONDS)
    kept = Answers(engine.store.home).read(key)
    right = kept["outputs"].argmax(axis=1) == kept["labels"]
    assert right.mean() == pytest.approx(run.summary()["val_accuracy"])
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (kept["labels"], kept["outputs"].argmax(axis=1)), 1)
    np.testing.assert_array_equal(counts, run.result()["confusion"])


def test_a_network_can_be_exported_for_keras(engine):
    content = engine.ask(export_keras, "reference").result(SECONDS)
    assert content.startswith(b"PK")
    assert len(content) > 4 * 208_982


def test_the_script_of_a_run_is_packed_by_a_worker(engine):
    run = submit(engine, SHORT)
    content = engine.ask(export_script, run.id).result(SECONDS)
    assert content.startswith(b"PK")
    assert b"training.ipynb" in content
    assert b"digits.npz" in content


def test_a_question_about_nothing_is_answered_with_a_sentence(engine):
    with refused(StoreError, "no network"):
        engine.ask(read_digits, "training-ffffffff", np.zeros((1, 28, 28), np.uint8)).result(SECONDS)


def test_runs_wait_in_the_order_they_came(engine, paused):
    second, third = submit(engine, SHORT, "second"), submit(engine, SHORT, "third")
    wait_for(lambda: [engine.outlook(run).before for run in (second, third)] == [0, 1], SECONDS, "their places")
    assert engine.outlook(second).seconds <= engine.outlook(third).seconds
    assert (second.state().name, third.state().name) == ("queued", "queued")
    engine.cancel(paused)
    wait_for_state(second, "running", "finished")
    wait_for_state(third, "finished")
    assert second.event_log().read()[-1]["time"] <= third.event_log().read()[0]["time"]


def test_a_queued_run_is_cancelled_at_once(engine, paused):
    waiting = submit(engine, SHORT)
    engine.cancel(waiting)
    assert waiting.state().name == "cancelled"
    engine.cancel(paused)
    last = submit(engine, SHORT)
    wait_for_state(last, "finished")
    assert waiting.state().name == "cancelled"
    assert waiting.event_log().read() == []


def test_a_running_run_is_cancelled(engine):
    run = submit(engine, LASTING)
    wait_for_middle_of_epoch(run, 0)
    engine.cancel(run)
    wait_for_state(run, "cancelled")
    assert run.summary() == {}


def test_a_paused_run_goes_on_to_the_same_bits(engine, paused, undisturbed):
    before = done(paused)
    paused.request("resume")
    wait_for_state(paused, "finished")
    assert before < done(paused)
    assert_same_weights(paused, undisturbed)


def test_a_stopped_run_keeps_its_network(engine):
    run = submit(engine, LASTING)
    wait_for_middle_of_epoch(run, 0)
    run.request("stop")
    wait_for_state(run, "finished")
    assert run.summary()["complete"] is False
    assert run.network().parameters == run.summary()["parameters"]


@pytest.mark.parametrize("state", ["running", "finished", "cancelled"])
def test_only_what_was_interrupted_or_failed_can_be_resumed(engine, store, state):
    run = store.create(SHORT, "My run")
    run.set_state(state, engine=engine.id)
    with refused(StoreError, "“My run”", state):
        engine.resume(run)
    run.set_state("cancelled")


def test_a_failed_run_can_be_resumed(engine):
    run = submit(engine, SHORT)
    wait_for_state(run, "finished")
    run.fail("Tried again by the test.")
    engine.resume(run)
    wait_for_state(run, "finished")
