"""An app and its workers, with workers that are only acted: a ticket, a lock and a sign of life are all that the app can see of them."""

from types import SimpleNamespace

import pytest
from support.recipes import small_training
from support.sentences import assert_sentence

from mnistlab.engine import errands as module
from mnistlab.engine.errands import Errands, obey_cancel
from mnistlab.engine.silence import LEAST_SILENCE
from mnistlab.store.runs import Store

ENGINE, HANG = "app-0123", 60.0


class Future:
    """As much of Dask's as the app looks at."""

    def __init__(self, key):
        self.key, self.status, self._error = key, "pending", None

    def done(self):
        return self.status != "pending"

    def cancel(self):
        self.status = "cancelled"

    def exception(self):
        return self._error

    def fail(self, name):
        self.status, self._error = "error", type(name, (Exception,), {})()

    def add_done_callback(self, function):
        pass


class Worker:
    """Takes the run it was sent: as `runner.execute` does."""

    def __init__(self, run, future):
        self.run, self.future, self.beats = run, future, 0
        self._lock = run.lock()
        self._lock.acquire(timeout=0)
        assert run.use_ticket(future.key)
        run.set_state("running", attempts=run.state().attempts + 1)
        self.beat()

    def beat(self):
        self.beats += 1
        self.run.write_beat(self.beats)

    def die(self):
        self._lock.release()

    def end(self, state, **changes):
        self.run.set_state(state, **changes)
        self._lock.release()
        self.future.status = "finished"


class Stage:
    def __init__(self, store):
        self.run = store.create(small_training(), "My run")
        self.run.set_state("queued", engine=ENGINE)
        self.now, self.sent, self.ended = 1000.0, [], []
        self.errands = Errands(ENGINE, self.submit, self.ended.append, lambda: None)
        # A file's clock may be too coarse for two signs of life in one test.
        self.beat = 0
        self.run.last_beat = lambda: self.beat
        self.run.write_beat = lambda beats: setattr(self, "beat", self.beat + 1)

    def submit(self, run, ticket):
        self.sent.append(Future(ticket))
        return self.sent[-1]

    def send(self):
        self.errands.send(self.run)

    def take(self):
        # Kept, as a process that nobody kills: a lock that nobody names any more is let go of.
        self.worker = Worker(self.run, self.sent[-1])
        return self.worker

    def wait(self, seconds):
        """Let time pass, a second a look."""
        for _ in range(int(seconds)):
            self.now += 1
            self.errands.watch(HANG)


@pytest.fixture
def stage(home, monkeypatch):
    stage = Stage(Store(home))
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: stage.now))
    return stage


def test_a_worker_that_has_not_taken_the_run_is_waited_for(stage):
    """It may be starting, or importing TensorFlow, for as long as the machine is busy."""
    stage.send()
    stage.wait(50 * HANG)
    assert stage.ended == []
    assert stage.run.id in stage.errands
    assert stage.run.state().losses == ()


def test_the_next_worker_after_a_loss_is_waited_for_too(stage):
    """The livelock: it was killed for the silence of its import, again and again."""
    stage.send()
    stage.take().die()
    stage.wait(2)
    stage.send()
    stage.wait(50 * HANG)
    assert stage.ended == []
    assert stage.run.state().losses == ("killed",)


def test_a_worker_that_gives_signs_of_life_is_left_alone(stage):
    stage.send()
    worker = stage.take()
    for _ in range(20):
        stage.wait(HANG - 1)
        worker.beat()
    assert stage.ended == []


def test_a_killed_worker_is_counted_and_its_run_waits_for_the_next(stage):
    stage.send()
    stage.take().die()
    stage.wait(1)
    state = stage.run.state()
    assert (state.name, state.losses, state.attempts) == ("queued", ("killed",), 1)
    assert stage.run.id not in stage.errands
    assert stage.sent[0].status == "cancelled"


def test_silence_ends_the_worker_and_the_wait_doubles(stage):
    for silences, seconds in enumerate((60, 120, 240)):
        stage.send()
        worker = stage.take()
        stage.wait(seconds)
        assert len(stage.ended) == silences
        stage.wait(2)
        assert stage.ended[silences:] == [stage.sent[-1].key]
        # Until it is dead, the run is not somebody else's.
        assert stage.run.state().name == "running"
        worker.die()
        stage.wait(1)
    state = stage.run.state()
    assert state.name == "failed"
    assert_sentence(state.reason)
    assert "3 times" in state.reason
    assert "memory" not in state.reason


def test_a_worker_that_prepares_has_longer(stage):
    stage.send()
    stage.take()
    stage.run.set_preparing(True)
    stage.wait(LEAST_SILENCE)
    assert stage.ended == []
    stage.wait(2)
    assert len(stage.ended) == 1


def test_a_worker_that_does_not_die_is_ended_again(stage):
    stage.send()
    stage.take()
    stage.wait(3 * HANG)
    assert stage.ended == [stage.sent[0].key] * 2


def test_three_killed_workers_fail_the_run_with_that_reason(stage):
    for _ in range(3):
        stage.send()
        stage.take().die()
        stage.wait(1)
    state = stage.run.state()
    assert state.name == "failed"
    assert "3 times (killed, or out of memory)" in state.reason


def test_who_takes_a_dead_workers_task_by_itself_is_refused(stage):
    """Dask gives a dead worker's task to the next; the app has counted the loss and sends it anew."""
    stage.send()
    stage.take().die()
    assert not stage.run.use_ticket(stage.sent[0].key)
    stage.wait(1)
    stage.send()
    assert not stage.run.use_ticket(stage.sent[0].key)
    assert stage.run.use_ticket(stage.sent[1].key)


def test_a_cancel_of_a_hanging_run_is_obeyed_when_its_worker_is_dead(stage):
    stage.send()
    worker = stage.take()
    stage.run.request("cancel")
    stage.wait(HANG + 2)
    assert stage.ended == [stage.sent[0].key]
    assert stage.run.state().name == "running"
    worker.die()
    stage.wait(1)
    assert stage.run.state().name == "cancelled"
    assert stage.run.id not in stage.errands


def test_a_cancel_is_obeyed_if_the_worker_was_killed_just_now(stage):
    stage.send()
    stage.take().die()
    stage.run.request("cancel")
    stage.wait(1)
    assert stage.run.state().name == "cancelled"


@pytest.mark.parametrize("state", ["queued", "paused"])
def test_a_cancel_of_what_nobody_works_on_is_obeyed_at_once(stage, state):
    stage.run.set_state(state)
    stage.send()
    obey_cancel(stage.run)
    assert stage.run.state().name == "cancelled"
    stage.wait(1)
    assert stage.sent[0].status == "cancelled"
    assert len(stage.errands) == 0


def test_what_somebody_works_on_is_theirs_to_cancel(stage):
    stage.send()
    stage.take()
    obey_cancel(stage.run)
    assert stage.run.state().name == "running"


def test_what_has_ended_is_not_cancelled(stage):
    stage.run.set_state("finished")
    obey_cancel(stage.run)
    assert stage.run.state().name == "finished"


def test_a_cancelled_run_whose_worker_hangs_keeps_no_worker_for_ever(stage):
    """The attendant has written "cancelled"; the step itself never returns."""
    stage.send()
    worker = stage.take()
    stage.run.set_state("cancelled")
    stage.wait(HANG + 2)
    assert stage.ended == [stage.sent[0].key]
    worker.die()
    stage.sent[0].status = "finished"
    stage.wait(1)
    assert len(stage.errands) == 0
    assert stage.run.state().name == "cancelled"


def test_a_run_that_made_way_has_lost_nothing(stage):
    stage.send()
    stage.take().end("queued", attempts=0, losses=())
    stage.wait(1)
    assert (stage.run.state().name, stage.run.state().losses) == ("queued", ())
    assert len(stage.errands) == 0


def test_a_paused_run_that_made_way_has_lost_nothing(stage):
    stage.send()
    worker = stage.take()
    stage.run.ask_to_make_way()
    stage.run.request("pause")
    worker.end("paused")
    stage.wait(1)
    assert (stage.run.state().name, stage.run.state().losses) == ("paused", ())


def test_a_worker_killed_in_a_pause_leaves_the_pause(stage):
    stage.send()
    worker = stage.take()
    stage.run.request("pause")
    stage.run.set_state("paused")
    worker.die()
    stage.wait(1)
    assert (stage.run.state().name, stage.run.state().losses) == ("paused", ("killed",))


def test_a_finished_run_is_forgotten(stage):
    stage.send()
    stage.take().end("finished")
    stage.wait(1)
    assert len(stage.errands) == 0
    assert stage.run.state().name == "finished"


def test_an_error_of_dask_fails_the_run_and_a_killed_worker_does_not(stage):
    stage.send()
    stage.sent[0].fail("KilledWorker")
    stage.wait(1)
    assert stage.run.state().name == "queued"
    stage.send()
    stage.sent[1].fail("ModuleNotFoundError")
    stage.wait(1)
    assert stage.run.state().name == "failed"
    assert_sentence(stage.run.state().reason)


def test_a_lost_scheduler_is_no_loss_of_the_run(stage):
    stage.send()
    worker = stage.take()
    stage.errands.forget_all()
    worker.die()
    stage.wait(1)
    assert stage.run.state().losses == ()
    stage.send()
    stage.wait(1)
    assert stage.run.id in stage.errands


def test_a_run_that_was_deleted_disturbs_nobody(stage):
    stage.send()
    for path in stage.run.path.iterdir():
        path.unlink()
    stage.run.path.rmdir()
    stage.wait(1)
    stage.sent[0].status = "finished"
    stage.wait(1)
    assert len(stage.errands) == 0
