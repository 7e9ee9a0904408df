"""Tabs of which only the open one is drawn; its name is in the page's link."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.state.views import change_view


def choose_tab(prefix: str, titles: Mapping[str, str], shown: str) -> tuple[str, Any]:
    """Draw the tabs; return the name of the open one and its container.

    Arguments:
        prefix: prefix of the page's view, which has a field "tab".
        titles: name in the link -> title of the tab.
        shown: name of the tab that is open first.
    """
    key = f"{prefix}.tab"
    opened = begin_with(key, titles[shown])
    containers = st.tabs(list(titles.values()), default=opened, key=key, on_change=_take, args=(prefix, titles))
    return next(
        (name, container)
        for (name, title), container in zip(titles.items(), containers, strict=True)
        if title == opened
    )


def _take(prefix: str, titles: Mapping[str, str]) -> None:
    names = {title: name for name, title in titles.items()}
    change_view(prefix, "", tab=names[st.session_state[f"{prefix}.tab"]])
