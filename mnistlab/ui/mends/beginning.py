"""What a widget begins with: told to Streamlit twice, because the browser may never hear of it the first time.

A value in `st.session_state` reaches the browser with the run that sets it. When a page is interrupted while it is being drawn (by its
visitor's first click, on a busy machine), Streamlit throws away what it has not sent yet: the server believes that the browser knows, the browser
begins with the widget's own default, the lower end of a slider, and sends that back with the next click. So each widget's own default is
its value, too.
"""

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

Value = TypeVar("Value")
_NOTHING = object()


def begin_with(key: str, value: Value) -> Value:
    """Let the widget `key` begin with `value` unless it has a value; return the one it has, to be the widget's own default."""
    if key not in st.session_state:
        st.session_state[key] = value
    has: Value = st.session_state[key]
    return has


def begin_at(key: str, options: Sequence[Value], value: Value) -> int:
    """As `begin_with`, for a list; return the place of what is chosen. What the list does not have any more is forgotten."""
    if st.session_state.get(key, value) not in options:
        st.session_state.pop(key, None)
    return list(options).index(begin_with(key, value if value in options else options[0]))


def set_to(key: str, value: Value) -> Value:
    """Let the widget `key` have `value`, whatever it had, and return that.

    What it has already is not set again: the browser would be told a value that it has sent itself, and that, on a busy machine, would take
    back what the visitor has done since.
    """
    if st.session_state.get(key, _NOTHING) != value:
        st.session_state[key] = value
    return value
