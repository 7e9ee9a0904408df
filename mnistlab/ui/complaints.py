"""Sentences about what could not be done, shown at the top of the page in the next run of its script."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnistlab.errors import MnistlabError
from mnistlab.ui.text import warn

COMPLAINTS = "complaints"


def complain(sentence: str) -> None:
    """Show `sentence` at the top of the page."""
    waiting = st.session_state.setdefault(COMPLAINTS, [])
    if sentence not in waiting:
        waiting.append(sentence)


def attempt(action: Callable[..., Any], *arguments: Any) -> None:
    """Do what a button asks for, or complain; for callbacks."""
    try:
        action(*arguments)
    except MnistlabError as error:
        complain(str(error))


def draw_complaints() -> None:
    """Draw what is waiting, once."""
    for sentence in st.session_state.pop(COMPLAINTS, []):
        warn(sentence)
