"""The open questions of a session: what it waits for, what failed, and what was cancelled or lost with its worker."""

import time
from dataclasses import dataclass
from typing import Any

import streamlit as st

from mnistlab.store.answers import Answers
from mnistlab.ui.shell import services

# Keys of the session.
OPEN, FAILURES, LOST = "asking.open", "asking.failures", "asking.lost"
READING, GIVEN_UP = "The network is reading …", "This was cancelled."


@dataclass(frozen=True)
class Unanswered:
    """The lack of an answer.

    Attributes:
        key: key of the question.
        sentence: the reason, for a visitor.
    """

    key: str
    sentence: str


@dataclass(frozen=True)
class Question:
    """An open question.

    Attributes:
        future: future of the answer.
        task: name of the task.
        asked: time of the question, in seconds of `time.monotonic`.
        noted: key in the store under which it reports progress; "" for a question that does not run aside.
    """

    future: Any
    task: str
    asked: float
    noted: str

    @property
    def waited(self) -> float:
        """Seconds since the question was asked."""
        return time.monotonic() - self.asked


def waited_for(key: str) -> float | None:
    """Return how many seconds the question has waited for its answer; None if it is not open."""
    question = open_question(key)
    return None if question is None else question.waited


def open_question(key: str) -> Question | None:
    """Return the question if it is open."""
    return open_questions().get(key)


def progress_of(key: str) -> tuple[str, float] | None:
    """Return the current stage of an open question that runs aside, and the share that is done."""
    question = open_questions().get(key)
    return Answers(services.store().home).progress(question.noted) if question and question.noted else None


def was_given_up(key: str) -> bool:
    """Return whether the visitor cancelled the question."""
    return failures().get(key) == GIVEN_UP


def has_failed(key: str) -> bool:
    """Return whether the question was answered with an error; it is not asked again."""
    return key in failures()


def give_up(key: str) -> None:
    """Stop waiting for an answer, and cancel its work; for callbacks."""
    question = open_questions().pop(key, None)
    failures()[key] = GIVEN_UP
    if question is not None:
        if question.noted:
            Answers(services.store().home).cancel(question.noted)
        question.future.cancel()


def ask_again(key: str) -> None:
    """Forget that the question failed or was cancelled; for callbacks."""
    failures().pop(key, None)


def lose(key: str) -> Unanswered:
    """Forget a question whose answer was lost; the next run of the page asks it again."""
    open_questions().pop(key, None)
    those_lost().append(key)
    return Unanswered(key, READING)


def open_questions() -> dict[str, Question]:
    """Return the open questions of this session."""
    waiting: dict[str, Question] = st.session_state.setdefault(OPEN, {})
    return waiting


def those_lost() -> list[str]:
    """Return the keys of this session's questions that were lost and are to be asked again."""
    lost: list[str] = st.session_state.setdefault(LOST, [])
    return lost


def failures() -> dict[str, str]:
    """Return the reasons why questions of this session failed; they are not asked again."""
    reasons: dict[str, str] = st.session_state.setdefault(FAILURES, {})
    return reasons
