"""A thread beside the work: signs of life for what cannot speak, and Cancel whatever the work does."""

import pytest
from support.recipes import small_training
from support.waiting import wait_for

from mnistlab import attendant as module
from mnistlab.attendant import Attendant
from mnistlab.store.runs import Store

SECONDS = 60


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.02)


@pytest.fixture
def run(home):
    run = Store(home).create(small_training())
    run.set_state("running")
    return run


def wait_for_beat(run):
    before = run.last_beat()
    wait_for(lambda: run.last_beat() != before, SECONDS, "a sign of life")


def wait_for_looks(run, monkeypatch, looks=5):
    seen = []
    monkeypatch.setattr(run, "requested", lambda: seen.append(1) or None)
    wait_for(lambda: len(seen) > looks, SECONDS, "the attendant to look")


def test_it_vouches_for_a_step_that_cannot_speak(run):
    with Attendant(run):
        for _ in range(3):
            wait_for_beat(run)


def test_it_vouches_no_longer_than_it_is_asked_to(run, monkeypatch):
    with Attendant(run) as attendant:
        wait_for_beat(run)
        attendant.stop_vouching()
        wait_for_looks(run, monkeypatch, 1)
        before = run.last_beat()
        wait_for_looks(run, monkeypatch)
        assert run.last_beat() == before


def test_it_does_not_vouch_for_ever(run, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_SILENT_STEP", 0.0)
    with Attendant(run):
        before = run.last_beat()
        wait_for_looks(run, monkeypatch)
        assert run.last_beat() == before


def test_a_cancel_is_obeyed_while_the_work_says_nothing_and_is_the_last_word(run):
    with Attendant(run) as attendant:
        run.request("cancel")
        wait_for(lambda: run.state().name == "cancelled", SECONDS, "the end")
        wait_for(lambda: attendant.is_cancelled, SECONDS, "the note of it")
        attendant.set_state("finished")
        attendant.fail("Too late.")
        assert run.state().name == "cancelled"


def test_what_has_ended_is_not_cancelled(run):
    with Attendant(run) as attendant:
        attendant.set_state("finished")
        run.request("cancel")
    assert run.state().name == "finished"
    assert not attendant.is_cancelled


def test_losses_are_forgiven_and_nothing_else_is_touched(run):
    run.set_state("running", engine="app-1", attempts=2, losses=("killed", "silent"))
    before = run.state()
    with Attendant(run) as attendant:
        attendant.forgive_losses()
    after = run.state()
    assert after.losses == ()
    assert (after.name, after.engine, after.attempts, after.since) == ("running", "app-1", 2, before.since)
