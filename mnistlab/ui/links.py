"""Which link a page follows: the visitor's, and not one that its own answer has only just replaced.

A browser that sends two clicks in a row sends the second with the address it had before the first was answered; one whose visitor goes
back sends that address, too. What was meant shows when the widgets have spoken: a click has changed something.
"""

import time
from typing import Any

import streamlit as st

from mnistlab.ui.asking import ran_by_itself

# So long after a link was replaced, a browser may still send it; and so many are remembered.
LATE_SECONDS, MOST_BEFORE = 5.0, 40
Link = dict[str, str]


def new_memory(link: Link) -> dict[str, Any]:
    """Return what a page remembers that has just followed `link`."""
    return {"link": link, "before": [], "late": None}


def is_visitors(given: Link, memory: dict[str, Any]) -> bool:
    """Return whether to follow the link of this run now; one that has only just been replaced is kept for `gone_back`."""
    since = time.monotonic() - LATE_SECONDS
    another = bool(given) and given != memory["link"]
    late = another and any(when > since and given == link for when, link in memory["before"])
    memory["late"] = given if late else None
    return another and not late


def gone_back(memory: dict[str, Any], changed: bool) -> Link | None:
    """Return the link the visitor went back to in this run, if that is what happened; `changed`: whether a widget changed anything."""
    late: Link | None = memory["late"]
    memory["late"] = None
    return None if changed or ran_by_itself() else late


def write_link(given: Link, wanted: Link, memory: dict[str, Any]) -> None:
    """Make the address bar say `wanted` in place of `given`, leaving the parameters of others alone."""
    for name in given:
        if name not in wanted:
            del st.query_params[name]
    for name, text in wanted.items():
        if st.query_params.get(name) != text:
            st.query_params[name] = text
    if wanted != memory["link"]:
        memory["before"] = [(time.monotonic(), memory["link"]), *memory["before"]][:MOST_BEFORE]
        memory["link"] = wanted
