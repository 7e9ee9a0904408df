"""However an app ends, nothing of it stays behind, and its runs can be resumed by another."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.engines import RECIPE, assert_same_weights, wait_for_middle_of_epoch, wait_for_state
from support.processes import descendants, wait_until_gone
from support.waiting import wait_for

from mnistlab.engine.scratch import LOCK, PREFIX

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
def app(store):
    app = App(store)
    yield app
    app.end()


def scratch_of(processes):
    """Return the folder the workers of an app put aside what they need in."""
    files = [Path(file.path) for process in processes for file in process.open_files()]
    (folder,) = {path.parent for path in files if path.parent.name.startswith(PREFIX) and path.name == LOCK}
    return folder


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_stays_behind(app, store, end):
    wait_for_middle_of_epoch(app.run, 0)
    started = descendants(app.process.pid)
    assert len(started) >= 3
    scratch = scratch_of(started)
    assert scratch.is_dir()
    assert store.state(app.run).name == "running"
    app.process.send_signal(end)
    wait_until_gone(started)
    assert not scratch.exists()
    # The last threads of a killed process may hold its locks a moment longer than it is seen.
    wait_for(lambda: store.state(app.run).name == "interrupted", 60, "the run to be interrupted")


def test_another_app_resumes_the_run_to_the_same_bits(app, store, engine, undisturbed):
    """The worker of a killed app lives on for a moment: the two must not work on the run at once."""
    wait_for_middle_of_epoch(app.run)
    app.process.kill()
    wait_for(lambda: store.state(app.run).name == "interrupted", 60, "the run to be interrupted")
    engine.resume(app.run)
    wait_for_state(app.run, "finished")
    assert_same_weights(app.run, undisturbed)


def test_the_run_of_an_app_that_ends_in_order_is_interrupted(app, store):
    wait_for_middle_of_epoch(app.run, 0)
    started = descendants(app.process.pid)
    app.process.stdin.close()
    assert app.process.wait(60) == 0
    wait_until_gone(started)
    # The last threads of a killed process may hold its locks a moment longer than it is seen.
    wait_for(lambda: store.state(app.run).name == "interrupted", 60, "the run to be interrupted")
