"""Several visitors on one lane: turns go round, a long run makes way, and a paused one keeps nobody waiting."""

import pytest
from support.engines import (
    LASTING,
    RECIPE,
    SECONDS,
    assert_same_weights,
    ready_engine,
    wait_for_middle_of_epoch,
    wait_for_state,
)
from support.recipes import small_training
from support.waiting import wait_for

from mnistlab.settings import settings
from mnistlab.store.durations import Durations
from mnistlab.store.runs import Store

ANN, BOB = "a" * 16, "b" * 16


@pytest.fixture
def turning(engine):
    """The shared engine with turns so short that every run has had its turn."""
    before = engine.settings
    engine.settings = before.model_copy(update={"turn": 0.01})
    yield engine
    engine.settings = before


def begun(run):
    return run.event_log().read()[0]["time"]


def test_ones_second_run_waits_for_the_others_first(engine):
    first = engine.start(LASTING, "", ANN).run
    wait_for_middle_of_epoch(first, 0)
    anns, bobs = [engine.start(small_training(seed=seed), "", owner).run for seed, owner in ((1, ANN), (2, BOB))]
    wait_for(lambda: engine.outlook(anns).before == 1 and engine.outlook(bobs).before == 0, SECONDS, "their places")
    engine.cancel(first)
    for run in (anns, bobs):
        wait_for_state(run, "finished")
    assert begun(bobs) < begun(anns)


def test_a_run_makes_way_at_a_checkpoint_and_ends_with_the_same_bits(turning, undisturbed):
    long = turning.start(RECIPE, "", ANN).run
    wait_for_middle_of_epoch(long, 0)
    short = turning.start(small_training(seed=3), "", BOB).run
    wait_for_state(short, "finished")
    assert long.state().is_active
    wait_for_state(long, "finished")
    assert_same_weights(long, undisturbed)
    # What was put aside in between says nothing about how long such a run takes.
    assert begun(short) > begun(long)


def test_nobody_makes_way_for_themselves(turning):
    first = turning.start(RECIPE.model_copy(update={"seed": 7}), "", ANN).run
    wait_for_middle_of_epoch(first, 0)
    second = turning.start(small_training(seed=4), "", ANN).run
    wait_for_state(first, "finished")
    wait_for_state(second, "finished")
    assert first.event_log().read()[-1]["time"] < begun(second)


def test_a_paused_run_keeps_nobody_waiting(engine):
    paused = engine.start(RECIPE.model_copy(update={"seed": 8}), "", ANN).run
    wait_for_middle_of_epoch(paused, 0)
    paused.request("pause")
    wait_for_state(paused, "paused")
    wait_for_state(engine.start(small_training(seed=5), "", BOB).run, "finished")
    assert engine.store.state(paused).name == "paused"
    paused.request("resume")
    wait_for_state(paused, "finished")


def test_a_paused_run_that_made_way_can_be_cancelled(engine):
    paused = engine.start(LASTING.model_copy(update={"seed": 9}), "", ANN).run
    wait_for_middle_of_epoch(paused, 0)
    paused.request("pause")
    wait_for_state(paused, "paused")
    wait_for_state(engine.start(small_training(seed=6), "", BOB).run, "finished")
    engine.cancel(paused)
    wait_for_state(paused, "cancelled")


def test_an_equal_wish_finds_the_run_that_is_at_work(engine):
    first = engine.start(small_training(seed=11), "", ANN)
    second = engine.start(small_training(seed=11), "", BOB)
    assert (first.is_new, second.is_new, second.run.id) == (True, False, first.run.id)
    wait_for_state(first.run, "finished")
    assert not engine.start(small_training(seed=11), "", ANN).is_new


def test_what_a_run_took_is_kept_for_estimates(engine):
    run = engine.start(small_training(seed=12), "", ANN).run
    wait_for_state(run, "finished")
    rate = wait_for(lambda: Durations(engine.store.home).rate("training", 1.0), SECONDS, "the duration")
    assert rate.seconds > 0


def test_more_workers_carry_out_more_runs_at_a_time(home, monkeypatch):
    monkeypatch.setenv("MNISTLAB_LONG_WORKERS", "2")
    settings.cache_clear()
    with ready_engine(Store(home)) as engine:
        runs = [
            engine.start(LASTING.model_copy(update={"seed": seed}), "", owner).run
            for seed, owner in ((1, ANN), (2, BOB))
        ]
        more = engine.start(LASTING.model_copy(update={"seed": 3}), "", ANN).run
        wait_for(lambda: [run.state().name for run in runs] == ["running", "running"], SECONDS, "both to be at work")
        assert more.state().name == "queued"
        for run in (*runs, more):
            engine.cancel(run)
            wait_for_state(run, "cancelled")
