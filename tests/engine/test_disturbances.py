"""Workers and hosts may be killed or hang: runs go on by themselves, to the very same weights."""

import contextlib
import os
import signal
import threading

import numpy as np
import pytest
from support.engines import (
    RECIPE,
    SECONDS,
    assert_same_weights,
    host_of,
    ready_engine,
    submit,
    wait_for_middle_of_epoch,
    wait_for_state,
    worker_of,
)
from support.processes import descendants, wait_until_gone
from support.recipes import small_training
from support.waiting import wait_for

from mnistlab.engine import Engine, client, tasks
from mnistlab.errors import EngineError
from mnistlab.settings import settings
from mnistlab.store.runs import Store


@pytest.fixture
def own_engine(home):
    with ready_engine(Store(home)) as engine:
        yield engine


def test_a_killed_worker_is_replaced_and_its_run_goes_on(engine, undisturbed):
    run = submit(engine, RECIPE)
    wait_for_middle_of_epoch(run)
    worker_of(engine, "long").kill()
    wait_for_state(run, "finished")
    assert run.state().attempts == 2
    assert_same_weights(run, undisturbed)


def test_a_worker_killed_in_a_pause_comes_back_to_the_pause(engine, undisturbed):
    run = submit(engine, RECIPE)
    wait_for_middle_of_epoch(run)
    run.request("pause")
    wait_for_state(run, "paused")
    worker_of(engine, "long").kill()
    wait_for(lambda: run.state().attempts == 2 and run.state().name == "paused", SECONDS, "the pause to come back")
    run.request("resume")
    wait_for_state(run, "finished")
    assert_same_weights(run, undisturbed)


def test_a_killed_worker_of_the_short_lane_does_not_touch_a_run(engine, undisturbed):
    run = submit(engine, RECIPE)
    wait_for_middle_of_epoch(run, 0)
    worker_of(engine, "short").kill()
    wait_for_state(run, "finished")
    assert run.state().attempts == 1
    assert_same_weights(run, undisturbed)


def test_a_hanging_worker_is_ended_and_its_run_goes_on(engine, undisturbed):
    run = submit(engine, RECIPE)
    wait_for_middle_of_epoch(run)
    worker = worker_of(engine, "long")
    patience = engine._settings
    worker.send_signal(signal.SIGSTOP)
    # The clock of its sign of life may jump as it likes: only another sign of life would count.
    os.utime(run.path / ".heartbeat", (2**33, 2**33))
    engine._settings = patience.model_copy(update={"hang": 3.0})
    wait_until_gone([worker])
    engine._settings = patience
    wait_for_state(run, "finished")
    assert run.state().attempts == 2
    assert_same_weights(run, undisturbed)


def test_a_killed_host_is_started_again_and_its_runs_go_on(own_engine, undisturbed):
    run, waiting = submit(own_engine, RECIPE), submit(own_engine, small_training())
    wait_for_middle_of_epoch(run)
    host = host_of(own_engine)
    lost = [host, *descendants(host.pid)]
    host.kill()
    while own_engine.phase == "ready":
        with contextlib.suppress(EngineError):
            own_engine.ask(tasks.read_digits, "reference", np.zeros((1, 28, 28), np.uint8))
    wait_until_gone(lost)
    wait_for_state(run, "finished")
    assert_same_weights(run, undisturbed)
    wait_for_state(waiting, "finished")
    assert own_engine.phase == "ready"


def test_a_lane_that_lost_its_worker_for_good_gets_another(own_engine):
    """A nanny can give up, when its worker dies in the middle of its start."""
    host, lane = host_of(own_engine), [row.address for row in own_engine.workers() if "long" in row.lanes]
    patience = own_engine._settings
    own_engine._settings = patience.model_copy(update={"hang": 2.0})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "LEAST_START_SECONDS", 1.0)
        own_engine._client.retire_workers(lane, close_workers=True)
        waiting = submit(own_engine, small_training())
        wait_until_gone([host])
    own_engine._settings = patience
    wait_for_state(waiting, "finished")


def test_two_engines_on_one_store_do_not_disturb_each_other(engine, undisturbed):
    mine = submit(engine, RECIPE)
    with ready_engine(engine.store) as other:
        theirs = submit(other, RECIPE)
        wait_for_middle_of_epoch(theirs, 0)
        assert mine.state().engine != theirs.state().engine
        assert engine.store.state(theirs).name == "running"
    # The other app is gone: its run may be taken over, mine has noticed nothing.
    wait_for(lambda: engine.store.state(theirs).name == "interrupted", SECONDS, "the other app's run to be interrupted")
    wait_for_state(mine, "finished")
    assert mine.state().attempts == 1
    assert_same_weights(mine, undisturbed)
    engine.resume(theirs)
    wait_for_state(theirs, "finished")
    assert_same_weights(theirs, undisturbed)


def test_an_engine_closed_while_it_starts_leaves_nothing(home):
    before = set(descendants())
    engine = Engine(Store(home), settings())
    started = wait_for(lambda: [process for process in descendants() if process not in before], 60, "the host to start")
    engine.close()
    wait_until_gone(started)
    wait_for(lambda: set(descendants()) <= before, 60, "the end of whatever else was started")
    assert engine.phase == "closed"


def test_an_engine_closed_at_once_starts_nothing_that_lasts(home):
    before, threads = set(descendants()), set(threading.enumerate())
    engine = Engine(Store(home), settings())
    (thread,) = set(threading.enumerate()) - threads
    engine.close()
    thread.join(60)
    assert not thread.is_alive()
    wait_for(lambda: set(descendants()) <= before, 60, "the end of whatever was started")
    assert engine.phase == "closed"
