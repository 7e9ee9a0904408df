"""However an app ends, nothing of it stays behind, and its runs go on at another."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.engines import (
    RECIPE,
    SECONDS,
    assert_same_weights,
    ready_engine,
    wait_for_middle_of_epoch,
    wait_for_state,
)
from support.processes import descendants, wait_until_gone
from support.recipes import small_training
from support.waiting import wait_for

from mnistlab.engine.scratch import LOCK, PREFIX
from mnistlab.store.runs import Store

# What the app does, less its pages.
APP = """
import sys
from mnistlab.engine import Engine
from mnistlab.recipes import parse_json, read_recipe
from mnistlab.settings import settings
from mnistlab.store.runs import Store

store = Store(settings().home)
engine = Engine(store, settings())
# Before the workers are there: the run waits for them.
run = store.create(read_recipe(parse_json(sys.argv[1])))
engine.submit(run)
print(run.id, flush=True)
sys.stdin.read()
"""


class App:
    """A running app with one run."""

    def __init__(self, store):
        self.store = store
        self.process = subprocess.Popen(
            [sys.executable, "-c", APP, RECIPE.to_json()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "MNISTLAB_HOME": str(store.home)},
        )
        self.run = store.get(self.process.stdout.readline().strip())

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def alone(home):
    """An app on a store that no other looks at."""
    app = App(Store(home))
    yield app
    app.end()


@pytest.fixture
def app(store):
    """An app beside the shared engine, on its store."""
    app = App(store)
    yield app
    app.end()


def scratch_of(processes):
    """Return the folder the workers of an app put aside what they need in."""
    files = [Path(file.path) for process in processes for file in process.open_files()]
    (folder,) = {path.parent for path in files if path.parent.name.startswith(PREFIX) and path.name == LOCK}
    return folder


@pytest.mark.parametrize("end", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.soak)])
def test_nothing_stays_behind(alone, end):
    store = alone.store
    wait_for_middle_of_epoch(alone.run, 0)
    started = descendants(alone.process.pid)
    assert len(started) >= 3
    scratch = scratch_of(started)
    assert scratch.is_dir()
    assert store.state(alone.run).name == "running"
    alone.process.send_signal(end)
    wait_until_gone(started)
    assert not scratch.exists()
    # The last threads of a killed process may hold its locks a moment longer than it is seen.
    wait_for(lambda: store.state(alone.run).name == "interrupted", 60, "the run to be interrupted")


def test_another_app_goes_on_with_the_run_to_the_same_bits(app, engine, undisturbed):
    """Nobody presses Resume. The worker of a killed app lives on for a moment: the two must not work on the run at once."""
    wait_for_middle_of_epoch(app.run)
    app.process.kill()
    wait_for(lambda: app.run.state().engine == engine.id, SECONDS, "the run to be adopted")
    wait_for_state(app.run, "finished")
    assert_same_weights(app.run, undisturbed)


@pytest.mark.soak
def test_what_waited_at_an_app_goes_on_at_the_next_and_a_cancel_is_remembered(alone):
    """The app ends while one run waits for another; a Cancel that nobody could obey comes from its page."""
    store = alone.store
    wait_for_middle_of_epoch(alone.run, 0)
    waiting = store.create(small_training(seed=5))
    waiting.set_state("queued", engine=alone.run.state().engine)
    alone.process.kill()
    wait_for(lambda: store.state(alone.run).name == "interrupted", 60, "the run to be interrupted")
    alone.run.request("cancel")
    with ready_engine(store):
        wait_for_state(alone.run, "cancelled")
        wait_for_state(waiting, "finished")


def test_the_run_of_an_app_that_ends_in_order_is_interrupted(alone):
    wait_for_middle_of_epoch(alone.run, 0)
    started = descendants(alone.process.pid)
    alone.process.stdin.close()
    assert alone.process.wait(60) == 0
    wait_until_gone(started)
    # No loss is counted where nobody is to blame.
    assert (alone.run.state().name, alone.run.state().losses) == ("queued", ())
    # The last threads of a killed process may hold its locks a moment longer than it is seen.
    wait_for(lambda: alone.store.state(alone.run).name == "interrupted", 60, "the run to be interrupted")
