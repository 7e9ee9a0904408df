"""The place on a page of an answer that takes seconds: how far it is, and a Cancel."""

from collections.abc import Callable

import streamlit as st

from mnistlab.ui.answers import asking
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.parts.text import inert, note

TICK_SECONDS = 0.4


def draw_waiting(key: str, why_not: str, height: int | None = None) -> None:
    """Draw why the answer kept under `key` is not there yet, and what can be done about it.

    Arguments:
        key: of an answer that takes its time: kept, or asked aside.
        why_not: the sentence that came with it.
        height: of what comes in its place, in pixels: what lies below does not move away under the pointer then.
    """
    with st.container(height=height or "content", border=False):
        _draw(key, why_not)


def draw_refusal_or_waiting(key: str, why_not: str, refuse: Callable[[str], None]) -> None:
    """Draw how far an answer is that was asked aside; what went wrong with it is said by `refuse`."""
    if why_not in (asking.READING, asking.GIVEN_UP):
        draw_waiting(key, why_not)
    else:
        refuse(why_not)


def _draw(key: str, why_not: str) -> None:
    if not asking.is_open(key):
        note(why_not)
        if asking.was_given_up(key):
            st.button(
                "Go on after all",
                icon=":material/refresh:",
                key=f"waiting|again|{key}",
                on_click=asking.ask_again,
                args=(key,),
            )
        return

    @st.fragment(run_every=TICK_SECONDS)
    def tick() -> None:
        if not asking.is_open(key):
            rerun_page()
        stage, share = asking.progress_of(key) or (why_not, 0.0)
        st.progress(share, text=inert(f"{stage}, {100 * share:.0f} %" if share else stage))
        st.button("Cancel", icon=":material/close:", key=f"waiting|cancel|{key}", on_click=asking.give_up, args=(key,))

    tick()
