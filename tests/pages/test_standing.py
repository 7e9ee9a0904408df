"""The last answer stays in its place while the next is under way."""

from concurrent.futures import Future

import pytest
from streamlit.testing.v1 import AppTest

from mnistlab.ui.answers import open_questions


def script() -> None:
    from uuid import uuid4

    import streamlit as st

    from mnistlab.ui.answers import asking
    from mnistlab.ui.answers.standing import draw_answer

    def count(number: int) -> int:
        return number

    number = st.number_input("Number", 0, 9, 1, key="number")
    # Answers are shared by all visitors, and these are to be new ones in each test.
    visit = st.session_state.setdefault("visit", uuid4().hex)
    found = asking.answer(f"{visit} {number}", count, number, patience=0.0, aside=True)
    draw_answer("counted", found, lambda answer: st.write(f"number {number} gave {answer}"), 100)


@pytest.fixture
def futures(store, monkeypatch: pytest.MonkeyPatch) -> dict[int, Future]:
    """The answers to come, by the number asked about."""
    from mnistlab.engine import Engine

    asked: dict[int, Future] = {}
    monkeypatch.setattr(Engine, "ask", lambda engine, task, number, aside: asked.setdefault(number, Future()))
    return asked


def shown(test: AppTest) -> list[str]:
    assert not test.exception
    return [one.value for one in test.markdown]


def test_the_last_answer_stands_with_what_it_was_an_answer_to(futures) -> None:
    test = AppTest.from_function(script).run()
    assert shown(test) == []
    assert [one.value for one in test.caption] == [open_questions.READING]
    futures[1].set_result("one")
    assert shown(test.run()) == ["number 1 gave one"]
    assert not test.caption
    test.number_input(key="number").set_value(2).run()
    assert shown(test) == ["number 1 gave one"]
    assert [one.value for one in test.caption] == [open_questions.READING]
    futures[2].set_result("two")
    assert shown(test.run()) == ["number 2 gave two"]
    assert not test.caption


def test_an_answer_that_fails_loses_nothing(futures) -> None:
    from mnistlab.errors import EngineError

    test = AppTest.from_function(script).run()
    futures[1].set_result("one")
    test.run()
    test.number_input(key="number").set_value(3).run()
    futures[3].set_exception(EngineError("It could not be counted."))
    assert shown(test.run()) == ["number 1 gave one"]
    assert [one.value for one in test.error] == ["It could not be counted."]
