"""Which link a page follows: the visitor's, and not one that its own answer has only just replaced.

A browser that sends two clicks in a row sends the second with the address it had before the first was answered; one whose visitor goes
back sends that address, too. What was meant shows when the widgets have spoken: a click has changed something. A drawing pad may send
the same strokes twice, though, so that nothing changes; it does so at once, and no visitor turns back as fast.
"""

import time
from typing import Any

import streamlit as st

from mnistlab.ui.asking import ran_by_itself

# So long after a link was replaced, a browser may still send it; and so many are remembered.
LATE_SECONDS, MOST_BEFORE = 5.0, 40
# Nobody goes back sooner after a link was replaced.
TURN_SECONDS = 2.0
Link = dict[str, str]


def new_memory(link: Link) -> dict[str, Any]:
    """Return what a page remembers that has just followed `link`."""
    return {"link": link, "before": [], "late": None}


def is_visitors(given: Link, memory: dict[str, Any]) -> bool:
    """Return whether to follow the link of this run now; one that has only just been replaced is kept for `gone_back`."""
    since = time.monotonic() - LATE_SECONDS
    another = bool(given) and given != memory["link"]
    replaced = [when for when, link in memory["before"] if when > since and link == given] if another else []
    memory["late"] = (given, replaced[0]) if replaced else None
    return another and not replaced


def gone_back(memory: dict[str, Any], changed: bool) -> Link | None:
    """Return the link the visitor went back to in this run, if that is what happened; `changed`: whether a widget changed anything."""
    late, memory["late"] = memory["late"], None
    if late is None or changed or ran_by_itself():
        return None
    link, replaced = late
    return link if time.monotonic() - replaced > TURN_SECONDS else None


def write_link(given: Link, wanted: Link, memory: dict[str, Any]) -> None:
    """Make the address bar say `wanted` in place of `given`, leaving the parameters of others alone."""
    present = st.query_params.to_dict()
    link = {name: text for name, text in present.items() if name not in given} | wanted
    if link != present:
        # All at once: each message about the address would be a page of its own to the browser's Back.
        st.query_params.from_dict(link)
    if wanted != memory["link"]:
        memory["before"] = [(time.monotonic(), memory["link"]), *memory["before"]][:MOST_BEFORE]
        memory["link"] = wanted
