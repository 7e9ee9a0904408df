"""A timer's run is begun only if it has something new to draw."""

import time
from concurrent.futures import Future
from types import SimpleNamespace

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.testing.v1 import AppTest

from mnistlab.ui.answers.open_questions import Question
from mnistlab.ui.answers.waiting import CANCEL_FROM_SECONDS, PROGRESS_FROM_SECONDS, _has_news
from mnistlab.ui.mends import timers


def script() -> None:
    import streamlit as st

    from mnistlab.ui.mends.timers import run_again_if

    @st.fragment(run_every=1.0)
    def tick() -> None:
        run_again_if(lambda: bool(st.fragment_has_news))  # type: ignore[attr-defined]

    @st.fragment(run_every=1.0)
    def always() -> None:
        st.caption("always")

    st.fragment_has_news = []  # type: ignore[attr-defined]
    tick()
    always()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[ClientState | None]:
    """The requests that reach Streamlit."""
    asked: list[ClientState | None] = []
    monkeypatch.setattr(AppSession, "request_rerun", lambda session, state: asked.append(state))
    timers.keep_timers_cheap.__wrapped__()
    return asked


def the_fragment() -> tuple[SimpleNamespace, str]:
    """Return a session as the page's, and the fragment that has said when it has news."""
    (storage,) = [storage for storage, fragments in timers._worth.items() if fragments]
    (fragment,) = timers._worth[storage]
    return SimpleNamespace(_fragment_storage=storage), fragment


def test_a_timer_without_news_begins_no_run(begun) -> None:
    import streamlit as st

    timers._worth.clear()
    page = AppTest.from_function(script).run()
    assert not page.exception
    session, fragment = the_fragment()
    ticks = ClientState(fragment_id=fragment, is_auto_rerun=True)
    AppSession.request_rerun(session, ticks)
    assert begun == []
    st.fragment_has_news.append(True)  # type: ignore[attr-defined]
    AppSession.request_rerun(session, ticks)
    assert begun == [ticks]


def test_whatever_else_asks_for_a_run_gets_it(begun) -> None:
    timers._worth.clear()
    AppTest.from_function(script).run()
    session, fragment = the_fragment()
    others = [
        None,
        ClientState(query_string="a=1"),
        # A button in the same fragment; and the timer of another.
        ClientState(fragment_id=fragment),
        ClientState(fragment_id="another", is_auto_rerun=True),
    ]
    for state in others:
        AppSession.request_rerun(session, state)
    assert begun == others


def test_a_timer_that_does_not_know_runs(begun, caplog: pytest.LogCaptureFixture) -> None:
    import streamlit as st

    timers._worth.clear()
    AppTest.from_function(script).run()
    session, fragment = the_fragment()
    del st.fragment_has_news  # type: ignore[attr-defined]
    AppSession.request_rerun(session, ClientState(fragment_id=fragment, is_auto_rerun=True))
    assert len(begun) == 1
    assert "fragment_has_news" in caplog.text


@pytest.mark.parametrize(
    ("waited", "noted", "has_cancel", "news"),
    [
        (0.0, "", False, False),
        (0.0, "key", False, False),
        # Its progress can be told from now on, and is read each time.
        (PROGRESS_FROM_SECONDS, "key", False, True),
        (PROGRESS_FROM_SECONDS, "", False, False),
        (CANCEL_FROM_SECONDS, "", False, True),
        (CANCEL_FROM_SECONDS, "", True, False),
    ],
)
def test_what_waits_has_news_when_there_is_more_to_say(waited: float, noted: str, has_cancel: bool, news: bool) -> None:
    question = Question(Future(), "task", time.monotonic() - waited, noted)
    assert _has_news(question, has_cancel) is news
    question.future.set_result(1)
    assert _has_news(question, has_cancel)
    assert _has_news(None, has_cancel)
