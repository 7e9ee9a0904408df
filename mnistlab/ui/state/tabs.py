"""Tabs of which only the open one is drawn, and which stands in the page's link."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.state.views import change_view


def choose_tab(prefix: str, titles: Mapping[str, str], shown: str) -> tuple[str, Any]:
    """Draw the tabs; return the name of the open one and its container.

    Arguments:
        prefix: of the page's view, which has a field "tab".
        titles: a name for the link -> what stands on the tab.
        shown: name of the one that is open first.
    """
    key = f"{prefix}.tab"
    opened = begin_with(key, titles[shown])
    places = st.tabs(list(titles.values()), default=opened, key=key, on_change=_take, args=(prefix, titles))
    return next((name, place) for (name, title), place in zip(titles.items(), places, strict=True) if title == opened)


def _take(prefix: str, titles: Mapping[str, str]) -> None:
    names = {title: name for name, title in titles.items()}
    change_view(prefix, "", tab=names[st.session_state[f"{prefix}.tab"]])
