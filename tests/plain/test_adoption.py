"""What a dead app leaves goes on at another: once, and only what somebody still wants."""

import json
import threading
import time

import pytest
from support.recipes import small_training
from support.sentences import assert_sentence

from mnistlab.engine.adoption import ADOPTED_WITHIN_SECONDS, MAKING_SECONDS, adopt
from mnistlab.store.runs import Store

DEAD, ME = "app-dead", "app-mine"


@pytest.fixture
def store(home):
    return Store(home)


@pytest.fixture
def make(store):
    def make(state, **changes):
        run = store.create(small_training())
        run.set_state(state, **{"engine": DEAD, **changes})
        return run

    return make


def ids(runs):
    return [run.id for run in runs]


def age(run, seconds):
    path = run.path / "state.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"since": time.time() - seconds}))


def test_waiting_runs_go_on_in_the_order_in_which_they_came(store, make):
    runs = [make("queued") for _ in range(3)]
    for number, run in enumerate(runs):
        about = json.loads((run.path / "run.json").read_text())
        (run.path / "run.json").write_text(json.dumps(about | {"created": 1000.0 + number}))
    assert ids(adopt(store, ME)) == ids(runs)
    for run in runs:
        assert (run.state().name, run.state().engine, run.state().losses) == ("queued", ME, ())
    assert adopt(store, ME) == []


def test_a_run_at_work_goes_on_and_the_loss_is_counted(store, make):
    run = make("running", attempts=1)
    assert ids(adopt(store, ME)) == [run.id]
    assert (run.state().name, run.state().engine, run.state().losses) == ("queued", ME, ("cut off",))


def test_a_run_that_brings_down_one_app_after_the_other_is_stopped(store, make):
    run = make("running", losses=("cut off", "cut off"))
    assert adopt(store, ME) == []
    assert run.state().name == "failed"
    assert_sentence(run.state().reason)
    assert "with the app 3 times" in run.state().reason


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
def test_who_wanted_to_cancel_is_obeyed_by_the_next_app(store, make, state):
    run = make(state)
    run.request("cancel")
    age(run, 10 * ADOPTED_WITHIN_SECONDS)
    assert adopt(store, ME) == []
    assert run.state().name == "cancelled"


@pytest.mark.parametrize(("state", "request_before"), [("paused", "pause"), ("running", "pause"), ("queued", "pause")])
def test_what_was_paused_stays_paused(store, make, state, request_before):
    run = make(state)
    run.request(request_before)
    assert ids(adopt(store, ME)) == [run.id]
    assert (run.state().name, run.state().engine) == ("paused", ME)


def test_a_wish_to_stop_and_keep_is_not_lost(store, make):
    run = make("running")
    run.request("stop")
    assert ids(adopt(store, ME)) == [run.id]
    assert run.requested() == "stop"


@pytest.mark.parametrize("state", ["queued", "running"])
def test_what_was_left_for_long_waits_for_resume(store, make, state):
    run = make(state)
    age(run, ADOPTED_WITHIN_SECONDS + 60)
    assert adopt(store, ME) == []
    assert store.state(run).name == "interrupted"
    # One that gave a sign of life lately was not left for long.
    run.beat()
    assert ids(adopt(store, ME)) == [run.id]


def test_what_a_living_app_answers_for_is_left_alone(store, make):
    run = make("queued")
    with store.engine_lock(DEAD).acquire():
        assert adopt(store, ME) == []
    assert run.state().engine == DEAD


def test_what_a_worker_still_holds_is_left_alone(store, make):
    """A worker elsewhere outlives the app that sent the run."""
    run = make("running")
    with run.lock().acquire():
        assert adopt(store, ME) == []
    assert ids(adopt(store, ME)) == [run.id]


@pytest.mark.parametrize("state", ["finished", "failed", "cancelled"])
def test_what_has_ended_has_ended(store, make, state):
    run = make(state)
    assert adopt(store, ME) == []
    assert run.state().engine == DEAD


def test_what_is_just_being_made_is_left_to_its_maker(store):
    run = store.create(small_training())
    assert adopt(store, ME) == []
    assert run.state().engine == ""


def test_of_many_apps_exactly_one_adopts(store, make):
    runs = [make("queued") for _ in range(4)]
    start, adopted = threading.Barrier(6), []

    def app(number):
        me = f"app-{number:04d}"
        with store.engine_lock(me).acquire():
            start.wait(60)
            adopted.extend((run.id, me) for run in adopt(store, me))
            start.wait(60)

    threads = [threading.Thread(target=app, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(run for run, _ in adopted) == sorted(ids(runs))
    assert dict(adopted) == {run.id: run.state().engine for run in runs}


def test_a_state_of_an_older_version_is_read(store, make):
    run = make("running")
    path = run.path / "state.json"
    state = json.loads(path.read_text())
    del state["losses"]
    path.write_text(json.dumps(state))
    assert run.state().losses == ()
    assert ids(adopt(store, ME)) == [run.id]


def test_a_run_over_whose_making_an_app_died_is_taken_and_one_in_the_making_is_not(store):
    run = store.create(small_training())
    assert run.state().engine == ""
    assert adopt(store, ME) == []
    age(run, MAKING_SECONDS + 1)
    assert ids(adopt(store, ME)) == [run.id]
    assert (run.state().name, run.state().engine, run.state().losses) == ("queued", ME, ())
