"""A scheduler of somebody else's is used with the same code; where none answers, the app says so and runs wait."""

import json
import os
import socket
import subprocess
import sys
from contextlib import closing, contextmanager

import numpy as np
import pytest
from support.engines import RECIPE, SECONDS, assert_same_weights, submit, wait_for_state
from support.processes import descendants, is_alive, wait_until_gone
from support.recipes import small_training
from support.sentences import assert_sentence, refused
from support.waiting import wait_for

from mnistlab.engine import Engine
from mnistlab.engine.client import wait_until_ready
from mnistlab.engine.tasks.digits import read_digits
from mnistlab.errors import EngineError
from mnistlab.settings import settings
from mnistlab.store.runs import Store


@contextmanager
def engine_at(address, store, monkeypatch):
    monkeypatch.setenv("MNISTLAB_SCHEDULER", address)
    settings.cache_clear()
    engine = Engine(store, settings())
    try:
        yield engine
    finally:
        engine.close()


@pytest.fixture
def nowhere():
    """An address at which nothing listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as unused:
        port = unused.getsockname()[1]
    return f"tcp://127.0.0.1:{port}"


@pytest.fixture
def elsewhere(home, tmp_path, monkeypatch):
    """A scheduler with workers that no app has started, and the settings with which it lets an app in."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mnistlab.engine.host"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "DASK_LOGGING__DISTRIBUTED": "error"},
    )
    said = json.loads(process.stdout.readline())
    # Two workers, and Python's tracker of what they share: they come after the scheduler.
    started = wait_for(lambda: len(found := descendants(process.pid)) >= 3 and found, SECONDS, "the workers' processes")
    for name, part in (("CA", "certificate"), ("CERT", "certificate"), ("KEY", "key")):
        (tmp_path / part).write_text(said[part])
        monkeypatch.setenv(f"MNISTLAB_TLS_{name}", str(tmp_path / part))
    yield said["address"]
    process.stdin.close()
    process.wait(60)
    process.stdout.close()
    wait_until_gone(started)


def wait_for_failure(engine, address):
    """Wait until the engine gives up, and hold that it says at which address and what to do."""
    wait_for(lambda: engine.phase == "failed", SECONDS, "the engine to give up")
    assert_sentence(engine.reason)
    assert "MNISTLAB_SCHEDULER" in engine.reason
    assert address in engine.reason


@pytest.mark.parametrize("address", ["tcp://", "nonsense", "tcp://127.0.0.1:port", "tcp://no.such.host.invalid:8786"])
def test_an_address_that_is_none_is_told(home, monkeypatch, address):
    with engine_at(address, Store(home), monkeypatch) as engine:
        wait_for_failure(engine, address)


def test_without_a_scheduler_runs_stay_queued_and_questions_are_refused(home, monkeypatch, nowhere):
    store = Store(home)
    with engine_at(nowhere, store, monkeypatch) as engine:
        run = submit(engine, small_training())
        wait_for_failure(engine, nowhere)
        late = submit(engine, small_training())
        for each in (run, late):
            assert store.state(each).name == "queued"
        assert engine.workers() == []
        with refused(EngineError, "MNISTLAB_SCHEDULER"):
            engine.ask(read_digits, "reference", np.zeros((1, 28, 28), np.uint8))
        engine.cancel(late)
        assert late.state().name == "cancelled"
    assert store.state(run).name == "interrupted"


@pytest.mark.soak
def test_a_scheduler_elsewhere_carries_out_runs(home, monkeypatch, elsewhere, undisturbed):
    before = set(descendants())
    with engine_at(elsewhere, Store(home), monkeypatch) as engine:
        wait_until_ready(engine, SECONDS)
        run = submit(engine, RECIPE)
        wait_for_state(run, "finished")
        assert_same_weights(run, undisturbed)
        images = np.zeros((2, 28, 28), np.uint8)
        assert engine.ask(read_digits, run.id, images).result(SECONDS).shape == (2, 10)
    # Nothing was started for it, and nothing of it is ended with the app.
    assert set(descendants()) <= before
    assert all(map(is_alive, before))


def test_a_scheduler_that_comes_late_is_found(home, monkeypatch, nowhere):
    with engine_at(nowhere, Store(home), monkeypatch) as engine:
        run = submit(engine, small_training())
        wait_for_failure(engine, nowhere)
        port = nowhere.rpartition(":")[2]
        command = [
            sys.executable,
            "-m",
            "distributed.cli.dask_scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            port,
            "--no-dashboard",
        ]
        scheduler = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            wait_until_ready(engine, SECONDS)
            assert engine.reason == ""
            assert run.state().name == "queued"
        finally:
            scheduler.kill()
            scheduler.wait()
