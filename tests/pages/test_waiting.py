"""How a page gets an answer, and what stands in its place until then."""

from concurrent.futures import Future

import pytest
from streamlit.testing.v1 import AppTest

from mnistlab.errors import StoreError
from mnistlab.ui.answers import open_questions
from mnistlab.ui.answers.ways import way_to


def script() -> None:
    from mnistlab.ui.answers import asking
    from mnistlab.ui.answers.open_questions import Unanswered
    from mnistlab.ui.answers.waiting import draw_waiting

    def count() -> int:
        return 1

    found = asking.answer("key", count, patience=0.0, aside=True)
    if isinstance(found, Unanswered):
        draw_waiting(found)


@pytest.fixture
def question(store, monkeypatch: pytest.MonkeyPatch) -> Future:
    """The answer to come to the page's question."""
    from mnistlab.engine import Engine

    future: Future = Future()
    monkeypatch.setattr(Engine, "ask", lambda *arguments, aside: future)
    return future


def after(seconds: float, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(open_questions, "waited_for", lambda key: seconds)
    monkeypatch.setattr(open_questions, "progress_of", lambda key: ("counting", 0.25))
    test = AppTest.from_function(script).run()
    assert not test.exception
    return test


def test_what_comes_soon_draws_a_sentence_only(question, monkeypatch: pytest.MonkeyPatch) -> None:
    test = after(0.4, monkeypatch)
    assert [one.value for one in test.caption] == [open_questions.READING]
    assert not test.get("progress")
    assert not test.button


def test_after_a_second_it_says_how_far_it_is(question, monkeypatch: pytest.MonkeyPatch) -> None:
    test = after(1.5, monkeypatch)
    assert [(one.proto.value, one.proto.text) for one in test.get("progress")] == [(25, "counting, 25 %")]
    assert not test.button


def test_after_three_it_can_be_cancelled_and_begun_again(question, monkeypatch: pytest.MonkeyPatch) -> None:
    test = after(3.5, monkeypatch)
    (cancel,) = test.button
    monkeypatch.undo()
    cancel.click().run()
    assert question.cancelled()
    assert [one.value for one in test.caption] == [open_questions.GIVEN_UP]
    (again,) = test.button
    assert again.label == "Go on after all"


def test_an_error_is_drawn_as_one(question) -> None:
    question.set_exception(StoreError("The network is damaged."))
    test = AppTest.from_function(script).run()
    assert [one.value for one in test.error] == ["The network is damaged."]
    assert not test.button


@pytest.mark.parametrize(
    ("seconds", "way"),
    [(0.0, "at once"), (0.35, "at once"), (0.36, "aside"), (4.0, "aside"), (4.1, "run")],
)
def test_the_way_to_an_answer(seconds: float, way: str) -> None:
    assert way_to(seconds) == way
