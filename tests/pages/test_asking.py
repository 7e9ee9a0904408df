"""Questions of a page: asked once, forgotten when nobody wants them, asked again when a worker was lost."""

from concurrent.futures import Future

import numpy as np
import pytest
import streamlit as st
from support.layers import layers_of

from mnistlab.errors import CancelledError, StoreError
from mnistlab.keeping import Recent
from mnistlab.progress import Progress
from mnistlab.results.readings import Growth
from mnistlab.store.answers import Answers
from mnistlab.store.models import reference_network
from mnistlab.ui.answers import answer_times, asking, open_questions, shared
from mnistlab.ui.answers.open_questions import Unanswered

IMAGE = np.full((28, 28), 7, np.uint8)


@pytest.fixture
def questions(store, monkeypatch: pytest.MonkeyPatch):
    """Return the questions asked, each as its arguments and its future; with a session of its own."""
    asked = []

    def ask(self, function, *arguments, aside=False):
        future = Future()
        asked.append((arguments, future))
        return future

    from mnistlab.engine import Engine

    monkeypatch.setattr(Engine, "ask", ask)
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "fragment", lambda run_every: lambda function: lambda: None)
    monkeypatch.setattr(answer_times, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(shared, "_answers", Recent(shared.MOST_BYTES, shared._size))
    return asked


def see():
    found = asking.layer_outputs("reference", "digest", [IMAGE])
    asking.wait_for_answers()
    return found


def why_not(found) -> str:
    """Return the sentence in place of an answer, where the question it names is the one that was asked."""
    assert isinstance(found, Unanswered)
    assert (
        open_questions.waited_for(found.key) is not None
        or open_questions.has_failed(found.key)
        or st.session_state.get(open_questions.LOST)
    )
    return found.sentence


def answer(future):
    future.set_result(layers_of(reference_network(), IMAGE[None]))


def test_a_question_is_asked_once_and_its_answer_shared(questions) -> None:
    assert why_not(see()) == open_questions.READING
    assert why_not(see()) == open_questions.READING
    assert len(questions) == 1
    answer(questions[0][1])
    (layers,) = see()
    assert layers["Conv2D_1"].shape == (26, 26, 32)
    st.session_state.clear()
    assert len(see()) == 1, "another session"
    assert len(questions) == 1


def test_a_question_nobody_wants_any_more_is_forgotten(questions) -> None:
    see()
    asking.wait_for_answers()
    assert st.session_state[open_questions.OPEN] == {}


def test_a_lost_question_is_asked_again(questions) -> None:
    see()
    questions[0][1].cancel()
    assert why_not(see()) == open_questions.READING
    assert st.session_state[open_questions.LOST]
    see()
    assert len(questions) == 2


def test_what_nobody_foresaw_is_logged_and_not_shown(questions, caplog: pytest.LogCaptureFixture) -> None:
    see()
    questions[0][1].set_exception(ValueError("Graph execution error: File /somewhere/loop.py"))
    assert why_not(see()) == asking.UNFORESEEN
    assert "read_layers" in caplog.text
    assert "Graph execution error" in caplog.text


def test_a_failed_question_is_told_and_not_asked_again(questions) -> None:
    see()
    questions[0][1].set_exception(StoreError("The network is damaged."))
    for _ in range(3):
        assert why_not(see()) == "The network is damaged."
    assert len(questions) == 1


def test_the_shared_answers_stay_within_their_memory(questions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "_answers", Recent(1_001_000, shared._size))
    for grey in range(8):
        shared.keep(str(grey), {"layer": np.zeros(50_000, np.float32)})
    assert [key for key in map(str, range(8)) if shared.known(key)] == ["3", "4", "5", "6", "7"]


def ask_kept():
    found = asking.kept("key", Growth, see)
    asking.wait_for_answers()
    return found


def test_a_question_given_up_is_asked_again_only_when_the_visitor_wants_it(questions) -> None:
    assert why_not(ask_kept()) == open_questions.READING
    open_questions.give_up("key")
    assert questions[0][1].cancelled()
    assert why_not(ask_kept()) == open_questions.GIVEN_UP
    assert open_questions.was_given_up("key")
    open_questions.ask_again("key")
    assert why_not(ask_kept()) == open_questions.READING
    assert len(questions) == 2


def test_a_damaged_answer_of_the_store_is_one_sentence(questions, store) -> None:
    Answers(store.home).get_or_make("key", lambda: {"something else": np.zeros(3)})
    assert ask_kept() == Unanswered("key", "The result is damaged: it lacks outputs.")
    assert questions == []


def test_what_another_visitor_gave_up_is_asked_again(questions) -> None:
    ask_kept()
    questions[0][1].set_exception(CancelledError("This was cancelled."))
    ask_kept()
    assert st.session_state[open_questions.LOST]
    ask_kept()
    assert len(questions) == 2


def test_a_short_answer_of_any_kind_is_shared(questions) -> None:
    assert asking.answer("key", see, 1) == Unanswered("key", open_questions.READING)
    questions[0][1].set_result({"image": IMAGE, "summary": {"score": 1.0}})
    found = asking.answer("key", see, 1)
    assert found["summary"]["score"] == 1.0
    st.session_state.clear()
    assert asking.answer("key", see, 1) is found
    assert len(questions) == 1


class SlowFuture(Future):
    """An answer that does not come; remembers how long it was waited for."""

    def result(self, timeout=None):
        waits.append(timeout)
        return super().result(0 if timeout else None)


waits: list[float] = []


def test_a_page_does_not_wait_for_what_has_lately_come_too_late(questions, monkeypatch: pytest.MonkeyPatch) -> None:
    waits.clear()
    now = [0.0]
    monkeypatch.setattr(answer_times, "PATIENCE_SECONDS", 0.6)
    monkeypatch.setattr(answer_times, "_lately", {})
    monkeypatch.setattr(asking.time, "monotonic", lambda: now[0])

    def read_digits() -> None: ...

    def ask(key: str, seconds: float, done: bool) -> None:
        future = SlowFuture()
        monkeypatch.setattr("mnistlab.engine.Engine.ask", lambda *arguments, aside: future)
        asking.answer(key, read_digits)
        now[0] += seconds
        if done:
            future.set_result(1)
        asking.answer(key, read_digits)

    ask("slow", 2.0, done=False)
    assert waits == [0.6, 0.6]
    ask("quick", 0.05, done=True)
    ask("next", 0.05, done=True)
    assert waits[2:] == [0.2, 0.2, 0.6, 0.6]
    ask("starting", 60.0, done=True)
    waits.clear()
    ask("started", 0.05, done=True)
    assert waits == [0.6, 0.6]


def test_what_is_asked_aside_tells_how_far_it_is_and_can_be_given_up(questions, store) -> None:
    assert asking.answer("a/long/one", see, 1, aside=True, patience=0.0) == Unanswered(
        "a/long/one", open_questions.READING
    )
    told = []

    def work():
        yield Progress("counting", 1, 4)
        told.append(open_questions.progress_of("a/long/one"))
        open_questions.give_up("a/long/one")
        yield Progress("counting", 2, 4)
        raise AssertionError("it went on")

    noted = st.session_state[open_questions.OPEN]["a/long/one"].noted
    with pytest.raises(CancelledError):
        Answers(store.home).watched(noted, work())
    assert told == [("counting", 0.25)]
    assert open_questions.was_given_up("a/long/one")
    assert asking.answer("a/long/one", see, 1, aside=True) == Unanswered("a/long/one", open_questions.GIVEN_UP)
