"""The initial value of a widget: passed to Streamlit twice, because the first may never reach the browser.

A value in `st.session_state` reaches the browser with the run that sets it. If a page is interrupted while it is being drawn (by its
visitor's first click, on a busy machine), Streamlit discards what it has not sent yet: the server believes that the browser knows the value, the browser
starts with the widget's own default, such as the lower end of a slider, and sends that back with the next click. So the value is also passed as the
widget's own default.
"""

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

Value = TypeVar("Value")
_NOTHING = object()


def begin_with(key: str, value: Value) -> Value:
    """Set the initial value of the widget `key` unless it has a value; return its value, to be passed as the widget's default."""
    if key not in st.session_state:
        st.session_state[key] = value
    has: Value = st.session_state[key]
    return has


def begin_at(key: str, options: Sequence[Value], value: Value) -> int:
    """Like `begin_with`, for a list; return the index of the chosen option. An option that is no longer in the list is forgotten."""
    if st.session_state.get(key, value) not in options:
        st.session_state.pop(key, None)
    return list(options).index(begin_with(key, value if value in options else options[0]))


def set_to(key: str, value: Value) -> Value:
    """Set the widget `key` to `value`, and return that.

    A value it already has is not set again: that would send the browser a value it has sent itself, which on a busy machine would
    undo what the visitor has done since.
    """
    if st.session_state.get(key, _NOTHING) != value:
        st.session_state[key] = value
    return value
