"""An answer in its place on a page. While the next is under way the last one stays there, dimmed, so that nothing vanishes and nothing moves."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from mnistlab.ui.answers import asking
from mnistlab.ui.answers.asking import Unanswered
from mnistlab.ui.answers.waiting import draw_waiting

Answer = TypeVar("Answer")
# How the last answer of each place of this session is drawn. Drawing it holds all it needs, so that it shows what it was an answer to.
LAST = "standing.last"


def draw_answer(
    place: str,
    found: Answer | Unanswered | None,
    draw: Callable[[Answer], Any],
    first: int | Callable[[], Any] = 0,
    *,
    better: Unanswered | None = None,
    silent: bool = False,
) -> None:
    """Draw an answer, or what stood in its place before and what is being done for the new one.

    Arguments:
        place: names the place, once a page.
        found: the answer; what came instead of it; or None where something else on the page says why there is none.
        draw: draws the answer; holds all else that it needs.
        first: draws what stands there as long as there has been no answer; or how high an answer is at least, in pixels.
        better: what came in place of a better answer than `found`.
        silent: whether another place says what is being done.
    """
    last: dict[str, Callable[[], Any]] = st.session_state.setdefault(LAST, {})
    is_there = False
    if found is not None and not isinstance(found, Unanswered):
        is_there = True
        last[place] = partial(draw, found)
    if isinstance(first, int):
        # Also while an answer comes, part by part.
        st.html(f"<style>.st-key-answer-{place} {{ min-height: {first}px; }}</style>")
    with st.container(key=f"answer-{place}"):
        # Both containers are there always, so that the answer stays one element to the browser; an empty one is not drawn.
        lacking = found if isinstance(found, Unanswered) else better
        with st.container(key=f"says-{place}"):
            if lacking is not None or not is_there:
                marks = f"lab-mark{'' if is_there else ' lab-old'}{' lab-under-way' if _is_under_way(lacking) else ''}"
                st.html(f"<i class='{marks}'></i>")
            if lacking is not None and not silent:
                draw_waiting(lacking)
        with st.container(key=f"standing-{place}"):
            if place in last:
                last[place]()
            elif not isinstance(first, int):
                first()


def _is_under_way(found: Any) -> bool:
    return isinstance(found, Unanswered) and asking.waited_for(found.key) is not None
