"""Workers and hosts may be killed or hang: runs go on by themselves, to the very same weights."""

import contextlib
import os
import signal
import sys
import threading

import numpy as np
import pytest
from support.engines import (
    LASTING,
    RECIPE,
    SECONDS,
    assert_same_weights,
    done,
    host_of,
    ready_engine,
    submit,
    wait_for_middle_of_epoch,
    wait_for_state,
    worker_of,
)
from support.processes import descendants, is_alive, wait_until_gone
from support.recipes import small_training
from support.waiting import wait_for

from mnistlab.engine import Engine
from mnistlab.engine.tasks.digits import read_digits
from mnistlab.errors import EngineError
from mnistlab.settings import settings
from mnistlab.store.files import is_held
from mnistlab.store.runs import Store

IMPORT_SECONDS = 24.0
SLOW_IMPORT = f"""
import importlib.abc, sys, time

class Slow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "tensorflow" and "--multiprocessing-fork" in sys.orig_argv:
            sys.meta_path.remove(self)
            time.sleep({IMPORT_SECONDS})

sys.meta_path.insert(0, Slow())
"""


def test_a_killed_worker_is_replaced_and_its_run_goes_on(engine, undisturbed):
    worker = worker_of(engine, "long")
    run = submit(engine, RECIPE)
    wait_for_middle_of_epoch(run)
    worker.kill()
    wait_for(lambda: run.state().losses, SECONDS, "the loss to be counted")
    assert (run.state().name, run.state().losses) == ("queued", ("killed",))
    wait_for_state(run, "finished")
    assert run.state().attempts == 2
    # It has got further since.
    assert run.state().losses == ()
    assert_same_weights(run, undisturbed)


@pytest.mark.soak
def test_a_worker_killed_in_a_pause_leaves_the_pause(engine, undisturbed):
    run = submit(engine, RECIPE)
    wait_for_middle_of_epoch(run)
    run.request("pause")
    wait_for_state(run, "paused")
    worker_of(engine, "long").kill()
    wait_for(lambda: run.state().losses, SECONDS, "the loss to be counted")
    assert engine.store.state(run).name == "paused"
    # Nobody has to hold a worker for it.
    wait_for_state(submit(engine, small_training()), "finished")
    assert engine.store.state(run).name == "paused"
    run.request("resume")
    wait_for_state(run, "finished")
    assert_same_weights(run, undisturbed)


def test_a_killed_worker_of_the_short_lane_does_not_touch_a_run(engine, undisturbed):
    worker = worker_of(engine, "short")
    run = submit(engine, RECIPE)
    wait_for_middle_of_epoch(run, 0)
    worker.kill()
    wait_for_state(run, "finished")
    assert run.state().attempts == 1
    assert_same_weights(run, undisturbed)


def test_a_hanging_worker_is_ended_and_its_run_goes_on(engine, undisturbed):
    worker = worker_of(engine, "long")
    run = submit(engine, RECIPE)
    wait_for_middle_of_epoch(run)
    patience = engine.settings
    worker.send_signal(signal.SIGSTOP)
    # The clock of its sign of life may jump as it likes: only another sign of life would count.
    os.utime(run.path / ".heartbeat", (2**33, 2**33))
    engine.settings = patience.model_copy(update={"hang": 3.0})
    wait_until_gone([worker])
    engine.settings = patience
    wait_for_state(run, "finished")
    assert run.state().attempts == 2
    assert_same_weights(run, undisturbed)


def test_a_killed_host_is_started_again_and_its_runs_go_on(engine, undisturbed):
    host = host_of(engine)
    run, waiting = submit(engine, RECIPE), submit(engine, small_training())
    wait_for_middle_of_epoch(run)
    lost = [host, *descendants(host.pid)]
    host.kill()
    while engine.phase == "ready":
        with contextlib.suppress(EngineError):
            engine.ask(read_digits, "reference", np.zeros((1, 28, 28), np.uint8))
    wait_until_gone(lost)
    wait_for_state(run, "finished")
    assert_same_weights(run, undisturbed)
    wait_for_state(waiting, "finished")
    assert engine.phase == "ready"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process that hangs when its parent dies")
def test_a_worker_that_hangs_when_its_host_is_killed_holds_no_run(engine, undisturbed):
    """Nobody could take over the run whose lock it holds, or cancel it."""
    worker, host = worker_of(engine, "long"), host_of(engine)
    run = submit(engine, RECIPE)
    wait_for_middle_of_epoch(run)
    worker.suspend()
    host.kill()
    wait_until_gone([worker])
    wait_for_state(run, "finished")
    assert_same_weights(run, undisturbed)


def test_a_lane_that_lost_its_worker_for_good_gets_another(engine):
    """A nanny can give up, when its worker dies in the middle of its start. The other lane notices nothing."""
    host, short = host_of(engine), worker_of(engine, "short")
    lane = [row.address for row in engine.workers() if "long" in row.lanes]
    engine._connection._client.retire_workers(lane, close_workers=True)
    wait_for_state(submit(engine, small_training()), "finished")
    assert is_alive(host)
    assert is_alive(short)
    assert engine.phase == "ready"


@pytest.fixture
def slow_import(home, tmp_path, monkeypatch):
    """A machine so busy that TensorFlow's import takes longer than a worker may be silent: workers sleep in the middle of it."""
    (tmp_path / "sitecustomize.py").write_text(SLOW_IMPORT)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    with ready_engine(Store(home)) as engine:
        engine.settings = engine.settings.model_copy(update={"hang": IMPORT_SECONDS / 2})
        yield engine


@pytest.mark.soak
def test_no_worker_is_ended_for_importing_tensorflow(slow_import):
    """Nor the next after a loss: that was a livelock."""
    run = submit(slow_import, RECIPE)
    first = worker_of(slow_import, "long")
    wait_for(lambda: run.state().name == "running", SECONDS, "a worker to take it")
    first.kill()
    wait_for(lambda: run.state().losses, SECONDS, "the loss to be counted")
    second = worker_of(slow_import, "long")
    wait_for(lambda: done(run), SECONDS, "the first batches")
    assert is_alive(second)
    assert (run.state().attempts, run.state().losses) == (2, ("killed",))
    slow_import.cancel(run)
    wait_for_state(run, "cancelled")


@pytest.mark.soak
def test_a_cancel_is_obeyed_while_tensorflow_is_imported(slow_import):
    run = submit(slow_import, RECIPE)
    wait_for(lambda: run.state().name == "running", SECONDS, "a worker to take it")
    worker = worker_of(slow_import, "long")
    slow_import.cancel(run)
    wait_for_state(run, "cancelled")
    assert is_held(run.lock()), "it has not waited for the import"
    assert is_alive(worker)
    # The worker is none the worse for it.
    last = submit(slow_import, small_training())
    wait_for(lambda: done(last), SECONDS, "the first batches of the next")
    assert is_alive(worker)
    slow_import.cancel(last)


def test_a_cancel_of_a_hanging_run_is_obeyed(engine):
    worker = worker_of(engine, "long")
    run = submit(engine, LASTING)
    wait_for_middle_of_epoch(run, 0)
    worker.send_signal(signal.SIGSTOP)
    engine.cancel(run)
    patience = engine.settings
    engine.settings = patience.model_copy(update={"hang": 3.0})
    wait_until_gone([worker])
    engine.settings = patience
    wait_for_state(run, "cancelled")
    assert run.summary() == {}


@pytest.mark.soak
def test_two_engines_on_one_store_do_not_disturb_each_other(engine, undisturbed):
    with ready_engine(engine.store) as other:
        mine, theirs = submit(engine, RECIPE), submit(other, RECIPE)
        wait_for_middle_of_epoch(theirs, 0)
        assert mine.state().engine != theirs.state().engine
        assert engine.store.state(theirs).name == "running"
    # The other app is gone: its run is taken over, mine has noticed nothing.
    wait_for(lambda: theirs.state().engine == engine.id, SECONDS, "the other app's run to be adopted")
    wait_for_state(mine, "finished")
    assert mine.state().attempts == 1
    assert_same_weights(mine, undisturbed)
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
