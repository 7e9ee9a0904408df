"""Short questions to the workers, with a place on the page that fills when the answer comes."""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from mnistlab.errors import EngineError
from mnistlab.ui import services

Answer = TypeVar("Answer")
POLL_SECONDS = 0.4
# Answers kept per visitor; each is small.
MOST_ANSWERS = 64


def answer_to(key: str, function: Callable[..., Answer], *arguments: Any) -> tuple[Answer | None, str]:
    """Return the answer of a worker if it is there, and else None with a sentence saying why not yet.

    The question is asked once per session and `key`; call this again (from a fragment that ticks) until there is an answer.
    """
    answers: dict[str, Any] = st.session_state.setdefault("answers", {})
    questions: dict[str, Any] = st.session_state.setdefault("questions", {})
    if key in answers:
        return answers[key], ""
    if key not in questions:
        try:
            questions[key] = services.engine().ask(function, *arguments)
        except EngineError as error:
            return None, str(error)
    future = questions[key]
    if not future.done():
        return None, "The network is reading …"
    del questions[key]
    try:
        answers[key] = future.result()
    except Exception as error:  # The worker's own words, or Dask's when the worker is gone.
        return None, f"{error}"
    while len(answers) > MOST_ANSWERS:
        answers.pop(next(iter(answers)))
    return answers[key], ""
