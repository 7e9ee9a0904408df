"""Short questions to the workers, with a place on the page that fills when the answer comes."""

from collections.abc import Callable
from threading import Event
from typing import Any, TypeVar

import streamlit as st

from mnistlab.errors import EngineError, MnistlabError
from mnistlab.ui import services

Answer = TypeVar("Answer")
# An answer that comes within this time is drawn at once; a later one by the next tick.
PATIENCE_SECONDS = 1.0
POLL_SECONDS = 0.4
# Answers kept per visitor; each is small.
MOST_ANSWERS = 64


def answer_to(
    key: str, function: Callable[..., Answer], *arguments: Any, patience: float = PATIENCE_SECONDS
) -> tuple[Answer | None, str]:
    """Return the answer of a worker if it is there, and else None with a sentence saying why not yet.

    The question is asked once per session and `key`; call this again (from a fragment that ticks) until there is an answer.
    """
    answers: dict[str, Any] = st.session_state.setdefault("answers", {})
    questions: dict[str, Any] = st.session_state.setdefault("questions", {})
    refusals: dict[str, str] = st.session_state.setdefault("refusals", {})
    if key in answers:
        return answers[key], ""
    if key in refusals:
        return None, refusals[key]
    if key not in questions:
        try:
            questions[key] = services.engine().ask(function, *arguments)
        except EngineError as error:
            return None, str(error)
    future = questions[key]
    if not _is_done(future, patience):
        return None, "The network is reading …"
    del questions[key]
    try:
        answers[key] = future.result()
    except MnistlabError as error:
        # The same question gets the same refusal.
        refusals[key] = str(error)
        return None, refusals[key]
    except Exception as error:  # The worker is gone, or met something nobody foresaw; the next tick asks again.
        return None, f"The worker could not answer ({type(error).__name__}); it is asked again."
    while len(answers) > MOST_ANSWERS:
        answers.pop(next(iter(answers)))
    return answers[key], ""


def look_again() -> None:
    """Run the page's script again as soon as an answer that it waits for is there."""
    waiting = list(st.session_state.get("questions", {}).values())

    @st.fragment(run_every=POLL_SECONDS)
    def wait() -> None:
        if any(question.done() for question in waiting):
            st.rerun()

    if waiting:
        wait()


def _is_done(future: Any, patience: float) -> bool:
    """Wait a moment for an answer, without looking again and again: thirty visitors may wait at a time."""
    answered = Event()
    future.add_done_callback(lambda _: answered.set())
    return bool(future.done()) or answered.wait(patience)
