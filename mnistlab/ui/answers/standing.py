"""An answer on a page. While the next answer is being made the last one stays, dimmed, so that the page does not jump."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from mnistlab.ui.answers import open_questions
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.waiting import draw_waiting

Answer = TypeVar("Answer")
# The function that draws the last answer of each slot of this session. It is bound to all its data, so it stays consistent.
LAST = "standing.last"


def draw_answer(
    slot: str,
    answer: Answer | Unanswered | None,
    draw: Callable[[Answer], Any],
    placeholder: int | Callable[[], Any] = 0,
    *,
    better: Unanswered | None = None,
    silent: bool = False,
) -> None:
    """Draw an answer; while there is none, draw the slot's last answer and the progress of the new one.

    Arguments:
        slot: name of the container, unique on the page.
        answer: the answer; why there is none; or None if something else on the page says that.
        draw: draws the answer; bound to all other data it needs.
        placeholder: draws the slot before the first answer; or the minimal height of an answer, in pixels.
        better: why there is no better answer than `answer`.
        silent: whether another slot shows the progress.
    """
    last: dict[str, Callable[[], Any]] = st.session_state.setdefault(LAST, {})
    is_there = False
    if answer is not None and not isinstance(answer, Unanswered):
        is_there = True
        last[slot] = partial(draw, answer)
    if isinstance(placeholder, int):
        # Also while the parts of an answer arrive one by one.
        st.html(f"<style>.st-key-answer-{slot} {{ min-height: {placeholder}px; }}</style>")
    with st.container(key=f"answer-{slot}"):
        # Both containers always exist, so that the answer stays the same element for the browser; an empty one is not drawn.
        lacking = answer if isinstance(answer, Unanswered) else better
        with st.container(key=f"says-{slot}"):
            if lacking is not None or not is_there:
                marks = f"lab-mark{'' if is_there else ' lab-old'}{' lab-under-way' if _is_under_way(lacking) else ''}"
                st.html(f"<i class='{marks}'></i>")
            if lacking is not None and not silent:
                draw_waiting(lacking)
        with st.container(key=f"standing-{slot}"):
            if slot in last:
                last[slot]()
            elif not isinstance(placeholder, int):
                placeholder()


def _is_under_way(answer: Any) -> bool:
    return isinstance(answer, Unanswered) and open_questions.waited_for(answer.key) is not None
