"""Whatever happens to a run is in its folder: how it ended and why, and all it takes to go on as if nothing had been."""

import dataclasses
import threading
from functools import partial

import numpy as np
import pytest
from support.disks import fill, small_disk
from support.recipes import small_training
from support.sentences import assert_sentence
from support.waiting import wait_for

from mnistlab import runner
from mnistlab.cnn import trainers, training
from mnistlab.cnn.training import HISTORY, train
from mnistlab.data import sources
from mnistlab.data.sources import first_digits
from mnistlab.kinds import kind_of
from mnistlab.progress import Result
from mnistlab.recipes.training import learning_rate_after
from mnistlab.runner import execute
from mnistlab.store.networks import read_network
from mnistlab.store.runs import Store

__all__ = ["small_disk"]

RECIPE = small_training(batch_size=64)
BATCHES = 16
# Two batches of the evaluation.
VALIDATED = 2_000
SOAK = partial(pytest.param, marks=pytest.mark.soak)
# What the runner alone does, with a lock or a request to cancel, is looked at with one engine; with both in the soak.
OF_ONE_ENGINE = pytest.mark.parametrize("recipe", [SOAK("tensorflow"), "compiled"], indirect=True)


@pytest.fixture(scope="module", autouse=True)
def few_to_validate():
    """Validate on the first of the 10,000 test digits, which would take half of each run: nothing that happens to a run asks how many they are."""
    whole = sources.digits
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            sources,
            "digits",
            lambda name, split: first_digits(name, split, VALIDATED) if name == "embedded" else whole(name, split),
        )
        yield


@pytest.fixture
def store(home):
    return Store(home)


@pytest.fixture(scope="module", params=["tensorflow", "compiled"])
def recipe(request):
    """Of each engine: whatever happens to a run must happen to both."""
    return small_training(batch_size=64, engine=request.param)


@pytest.fixture
def run(store, recipe):
    return store.create(recipe, "My run")


@pytest.fixture
def batch_by_batch(monkeypatch):
    """Make a run look for requests after every batch."""
    monkeypatch.setattr(training, "REPORT_SECONDS", 0.0)


@pytest.fixture(scope="module")
def plain(recipe):
    """The result of the same recipe without any folder."""
    training, validation = (
        first_digits("embedded", split, count) for split, count in (("train", recipe.train_size), ("test", VALIDATED))
    )
    return next(report for report in train(recipe, training, validation) if isinstance(report, Result))


@pytest.fixture(scope="module")
def finished(tmp_path_factory, recipe):
    """A run of the same recipe that nobody disturbed, what was seen of it, and its store: for tests that leave it as it is."""
    store, seen = Store(tmp_path_factory.mktemp("finished")), []
    run = store.create(recipe, "My run")
    assert execute(run, store, seen.append).name == "finished"
    return store, run, seen


def assert_result_is(run, result):
    assert run.state().name == "finished"
    for name, array in run.network().weights.items():
        np.testing.assert_array_equal(array, result.weights[name], err_msg=name)
    assert run.result().keys() == result.arrays.keys()
    for name, array in run.result().items():
        np.testing.assert_array_equal(array, result.arrays[name], err_msg=name)
    assert run.summary() == result.summary


def assert_events_are_whole(run):
    """Every batch was counted once, in order, up to the end."""
    events = run.event_log().read()
    done = [event["done"] for event in events]
    assert done == sorted(done)
    assert done[-1] == events[-1]["total"]
    trained = [event["done"] for event in events if event["stage"] == "training"]
    assert len(trained) == len(set(trained))
    assert [event["epoch"] for event in events if "epoch" in event] == list(range(1, run.recipe().epochs + 1))


def at(done, action):
    """Watch a run and act once, when it has trained so many batches."""

    def watch(progress):
        if progress.stage == "training" and progress.done == done:
            action()

    return watch


class Killed(BaseException):
    """Ends a run from outside, as a signal would: nothing may catch it."""


def kill():
    raise Killed


def execute_killed_at(done, run, store):
    with pytest.raises(Killed):
        execute(run, store, at(done, kill))


# To the end


def test_a_run_leaves_what_the_training_gives(finished, plain):
    _, run, _ = finished
    assert_result_is(run, plain)
    assert run.epochs() == [0, 1, 2]
    assert read_network(run.path / "model").recipe == RECIPE.network


def test_a_runs_events_tell_what_happened(finished):
    _, run, _ = finished
    assert_events_are_whole(run)
    for event in run.event_log().read():
        if event["stage"] == "training":
            assert {"time", "done", "total", "loss", "accuracy", "learning_rate", "images_per_second"} <= event.keys()
            assert event["learning_rate"] == pytest.approx(learning_rate_after(RECIPE, event["done"]), rel=1e-5)
        if "epoch" in event:
            assert set(HISTORY) <= event.keys()


def test_the_command_line_sees_each_progress(finished):
    _, run, seen = finished
    assert [progress.done for progress in seen] == [event["done"] for event in run.event_log().read()]


def test_weights_after_each_epoch_are_kept(finished, plain):
    _, run, _ = finished
    last = run.network(2).weights
    for name, array in plain.weights.items():
        np.testing.assert_allclose(last[name], array, rtol=1e-3, atol=1e-6)


def test_a_finished_run_is_left_alone(finished):
    store, run, _ = finished
    before = run.path.stat().st_mtime_ns
    assert execute(run, store).name == "finished"
    assert run.path.stat().st_mtime_ns == before


# Continuing from another run


def test_a_run_can_start_from_another_ones_weights(finished):
    store, run, _ = finished
    second = store.create(run.recipe().model_copy(update={"initial": run.id, "seed": 5}))
    assert execute(second, store).name == "finished"
    for name, array in run.network().weights.items():
        np.testing.assert_array_equal(second.network(0).weights[name], array)


def test_a_run_from_another_ones_start_weights_is_the_same_run(finished, plain):
    store, run, _ = finished
    second = store.create(run.recipe().model_copy(update={"initial": f"{run.id}@0"}))
    execute(second, store)
    assert_result_is(second, plain)


@pytest.mark.parametrize(
    "network",
    [
        {"conv": [{"filters": 5}, {"filters": 8}]},
        {"pool": [3]},
        {"dense": [{"units": 17}]},
        {"conv": [{"filters": 4}], "pool": []},
    ],
    ids=str,
)
def test_weights_that_do_not_fit_are_refused(finished, network):
    store, run, _ = finished
    other = store.create(small_training(network=network, initial=run.id))
    state = execute(other, store)
    assert state.name == "failed"
    assert_sentence(state.reason)
    assert "do not fit" in state.reason
    assert not (other.path / "error.log").exists()


# Failing


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": "mnist"}, "MNIST is not on this machine"),
        ({"initial": "training-ffffffff"}, "no network “training-ffffffff”"),
    ],
)
def test_a_run_that_cannot_be_carried_out_says_why(store, changes, words):
    run = store.create(small_training(**changes))
    state = execute(run, store)
    assert state.name == "failed"
    assert_sentence(state.reason)
    assert words in state.reason


def test_a_damaged_recipe_is_a_reason(store, run):
    (run.path / "recipe.json").write_text("{")
    state = execute(run, store)
    assert state.name == "failed"
    assert "recipe.json is damaged" in state.reason


def test_a_loss_that_is_no_number_is_a_reason(store, run, monkeypatch):
    trainer = trainers.TRAINERS[run.recipe().engine]
    original = trainer.train_stretch

    def nowhere(*arguments):
        losses, hits = original(*arguments)
        return losses * np.nan, hits

    monkeypatch.setattr(trainer, "train_stretch", nowhere)
    state = execute(run, store)
    assert state.name == "failed"
    assert "stopped being a number" in state.reason


def test_an_error_nobody_foresaw_is_kept_for_who_mends_it(store, run, monkeypatch):
    def start(*arguments):
        raise ZeroDivisionError("the details")
        yield

    monkeypatch.setattr(runner, "kind_of", lambda recipe: dataclasses.replace(kind_of(recipe), start=start))
    state = execute(run, store)
    assert state.name == "failed"
    assert_sentence(state.reason)
    assert "ZeroDivisionError" in state.reason
    assert "the details" in (run.path / "error.log").read_text()


def test_a_failed_run_can_be_tried_again(store, run, plain, monkeypatch):
    monkeypatch.setattr(
        runner, "kind_of", lambda recipe: dataclasses.replace(kind_of(recipe), start=lambda *arguments: 1 / 0)
    )
    assert execute(run, store).name == "failed"
    monkeypatch.undo()
    monkeypatch.setenv("MNISTLAB_DOWNLOAD", "")
    run.set_state("queued")
    execute(run, store)
    assert_result_is(run, plain)


def test_a_full_disk_fails_the_run_and_room_lets_it_go_on(small_disk, recipe, plain, batch_by_batch):
    store = Store(small_disk)
    run = store.create(recipe)
    fillers = []
    state = execute(run, store, at(BATCHES // 2 + 1, lambda: fillers.append(fill(small_disk))))
    assert state.name == "failed"
    assert "The disk is full" in state.reason
    fillers[0].unlink()
    run.set_state("queued")
    execute(run, store)
    assert_result_is(run, plain)
    assert_events_are_whole(run)


# What the visitor asks


@OF_ONE_ENGINE
@pytest.mark.parametrize("batch", [1, 5, BATCHES])
def test_a_cancelled_run_keeps_no_result(store, run, batch_by_batch, batch):
    assert execute(run, store, at(batch, lambda: run.request("cancel"))).name == "cancelled"
    assert run.summary() == {}
    assert not (run.path / "model").exists()
    assert run.event_log().read()[-1]["done"] == batch


def test_a_run_cancelled_before_it_begins_does_nothing(store, run):
    run.request("cancel")
    assert execute(run, store).name == "cancelled"
    assert run.event_log().read() == []


def test_a_stopped_run_keeps_its_network(store, run, batch_by_batch):
    assert execute(run, store, at(3, lambda: run.request("stop"))).name == "finished"
    assert run.summary()["complete"] is False
    assert run.summary()["epochs"] == 1
    assert run.epochs() == [0, 1]
    assert run.network().parameters == run.summary()["parameters"]
    assert max(event["done"] for event in run.event_log().read()) == 3


def test_a_paused_run_goes_on_as_if_nothing_had_been(store, run, plain, batch_by_batch):
    worker = threading.Thread(target=execute, args=(run, store, at(5, lambda: run.request("pause"))))
    worker.start()
    wait_for(lambda: run.state().name == "paused", 120, "the pause")
    events = run.event_log().read()
    run.beat()
    assert run.event_log().read() == events
    run.request("resume")
    wait_for(lambda: run.state().name != "paused", 60, "the end of the pause")
    worker.join(120)
    assert_result_is(run, plain)


@OF_ONE_ENGINE
@pytest.mark.parametrize(("request_then", "state"), [("cancel", "cancelled"), ("stop", "finished")])
def test_a_paused_run_can_be_ended(store, run, batch_by_batch, request_then, state):
    worker = threading.Thread(target=execute, args=(run, store, at(5, lambda: run.request("pause"))))
    worker.start()
    wait_for(lambda: run.state().name == "paused", 120, "the pause")
    run.request(request_then)
    worker.join(120)
    assert run.state().name == state


@OF_ONE_ENGINE
def test_a_paused_run_gives_signs_of_life(store, run, batch_by_batch, monkeypatch):
    monkeypatch.setattr(runner, "BEAT_SECONDS", 0.01)
    worker = threading.Thread(target=execute, args=(run, store, at(5, lambda: run.request("pause"))))
    worker.start()
    wait_for(lambda: run.state().name == "paused", 120, "the pause")
    beat = (run.path / ".heartbeat").stat().st_mtime_ns
    wait_for(lambda: (run.path / ".heartbeat").stat().st_mtime_ns > beat, 60, "a sign of life")
    run.request("cancel")
    worker.join(120)


# Going on


@pytest.mark.parametrize("batch", [SOAK(1), BATCHES // 2 + 3, SOAK(BATCHES)])
def test_a_killed_run_goes_on_to_the_same_bits(store, run, plain, batch_by_batch, batch):
    execute_killed_at(batch, run, store)
    assert run.state().name == "running"
    assert store.state(run).name == "interrupted"
    execute(run, store)
    assert_result_is(run, plain)
    assert_events_are_whole(run)
    assert run.state().attempts == 2


def test_a_run_killed_twice_goes_on_to_the_same_bits(store, run, plain, batch_by_batch):
    for batch in (3, BATCHES // 2 + 1):
        execute_killed_at(batch, run, store)
    execute(run, store)
    assert_result_is(run, plain)
    assert_events_are_whole(run)
    assert run.state().attempts == 3


@pytest.mark.parametrize("content", [b"PK\x03\x04", SOAK(b""), SOAK(b"\x93NUMPY")])
def test_a_run_with_a_damaged_checkpoint_starts_again(store, run, plain, batch_by_batch, content):
    execute_killed_at(BATCHES // 2 + 1, run, store)
    (run.path / "checkpoint.npz").write_bytes(content)
    execute(run, store)
    assert_result_is(run, plain)
    assert_events_are_whole(run)


def test_a_line_cut_by_the_kill_does_no_harm(store, run, plain, batch_by_batch):
    execute_killed_at(BATCHES // 2 + 1, run, store)
    with (run.path / "events.jsonl").open("ab") as file:
        file.write(b'{"time": 17, "do')
    execute(run, store)
    assert_result_is(run, plain)
    assert_events_are_whole(run)


@OF_ONE_ENGINE
def test_two_that_take_up_one_run_do_not_disturb_each_other(store, run, plain, batch_by_batch, monkeypatch):
    monkeypatch.setattr(runner, "LOCK_PATIENCE", 0.1)
    inside, go_on = threading.Event(), threading.Event()

    def hold():
        inside.set()
        assert go_on.wait(120)

    first = threading.Thread(target=execute, args=(run, store, at(3, hold)))
    first.start()
    assert inside.wait(120)
    assert execute(run, store).name == "running"
    go_on.set()
    first.join(120)
    assert_result_is(run, plain)
    assert_events_are_whole(run)
    assert run.state().attempts == 1


@OF_ONE_ENGINE
def test_whoever_comes_second_may_wait_and_finds_the_work_done(store, run, plain):
    threads = [threading.Thread(target=execute, args=(run, store)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    assert_result_is(run, plain)
    assert run.state().attempts == 1


@OF_ONE_ENGINE
@pytest.mark.parametrize("outcome", ["finished", "failed", "cancelled"])
def test_the_run_is_let_go_of_whatever_its_end(store, run, batch_by_batch, outcome, monkeypatch):
    actions = {"finished": lambda: None, "failed": lambda: 1 / 0, "cancelled": lambda: run.request("cancel")}
    assert execute(run, store, at(3, actions[outcome])).name == outcome
    with run.lock().acquire(timeout=0):
        pass
