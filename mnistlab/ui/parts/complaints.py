"""Messages about failed and completed actions, shown in the next run of the page's script."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnistlab.errors import MnistlabError
from mnistlab.ui.parts.text import inert, warn

COMPLAINTS, NEWS = "complaints", "news"


def complain(sentence: str) -> None:
    """Show `sentence` at the top of the page."""
    waiting = st.session_state.setdefault(COMPLAINTS, [])
    if sentence not in waiting:
        waiting.append(sentence)


def announce(sentence: str) -> None:
    """Show for a moment, in a corner of the page, that something was done."""
    st.session_state.setdefault(NEWS, []).append(sentence)


def attempt(action: Callable[..., Any], *arguments: Any) -> None:
    """Carry out the action of a button, and show its error if it fails; for callbacks."""
    try:
        action(*arguments)
    except MnistlabError as error:
        complain(str(error))


def attempt_at(place: str, action: Callable[..., Any], *arguments: Any) -> None:
    """Carry out an action as `attempt` does; what it says stands where `draw_complaints` draws this place, for a button far below the top of its page."""
    others = st.session_state.pop(COMPLAINTS, [])
    attempt(action, *arguments)
    st.session_state[COMPLAINTS + place] = st.session_state.pop(COMPLAINTS, [])
    st.session_state[COMPLAINTS] = others


def draw_complaints(place: str = "") -> None:
    """Draw the waiting messages, once; `place`: those of `attempt_at`, else those of the page."""
    # In a place that is there without any, too: else all that follows would stand elsewhere, and the tab that is open would be the first again.
    with st.container():
        for sentence in st.session_state.pop(COMPLAINTS + place, []):
            warn(sentence)
    for sentence in st.session_state.pop(NEWS, []):
        st.toast(inert(sentence))
