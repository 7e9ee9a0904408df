"""The progress of an answer that is not there yet, with a Cancel."""

from functools import partial

import streamlit as st

from mnistlab.ui.answers import open_questions
from mnistlab.ui.answers.open_questions import Question, Unanswered
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.mends.timers import run_again_if
from mnistlab.ui.parts.text import fail, inert, note

TICK_SECONDS = 0.4
# Earlier they would only flicker.
PROGRESS_FROM_SECONDS, CANCEL_FROM_SECONDS = 1.0, 3.0


def draw_waiting(unanswered: Unanswered) -> None:
    """Draw the reason why there is no answer yet, and buttons to act on it."""
    if open_questions.waited_for(unanswered.key) is not None:
        _watch(unanswered)
    elif open_questions.was_given_up(unanswered.key):
        _draw_given_up(unanswered)
    elif open_questions.has_failed(unanswered.key):
        fail(unanswered.sentence)
    else:
        note(unanswered.sentence)


def _draw_given_up(unanswered: Unanswered) -> None:
    note(unanswered.sentence)
    st.button(
        "Go on after all",
        icon=":material/refresh:",
        key=f"waiting|again|{unanswered.key}",
        on_click=open_questions.ask_again,
        args=(unanswered.key,),
    )


def _watch(unanswered: Unanswered) -> None:
    key = unanswered.key

    @st.fragment(run_every=TICK_SECONDS)
    def tick() -> None:
        waited = open_questions.waited_for(key)
        if waited is None:
            rerun_page()
        has_cancel = waited >= CANCEL_FROM_SECONDS
        run_again_if(partial(_has_news, open_questions.open_question(key), has_cancel))
        progress = open_questions.progress_of(key)
        if progress is None or waited < PROGRESS_FROM_SECONDS:
            note(unanswered.sentence)
        else:
            stage, share = progress
            st.progress(share, text=inert(f"{stage}, {100 * share:.0f} %" if share else stage))
        if has_cancel:
            st.button(
                "Cancel",
                icon=":material/close:",
                key=f"waiting|cancel|{key}",
                on_click=open_questions.give_up,
                args=(key,),
            )

    tick()


def _has_news(question: Question | None, has_cancel: bool) -> bool:
    """Return whether there is more to say of a question than when its progress was drawn, with or without a Cancel."""
    if question is None or question.future.done():
        return True
    waited = question.waited
    return (bool(question.noted) and waited >= PROGRESS_FROM_SECONDS) or (
        waited >= CANCEL_FROM_SECONDS and not has_cancel
    )
