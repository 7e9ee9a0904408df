"""The published sets: a button to fetch each, how far it is, and a button to cancel."""

from functools import cache

import streamlit as st

from mnistlab.brought_sets import is_here
from mnistlab.set_files.fetching import FETCHED, Fetching
from mnistlab.settings import settings
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.parts.text import inert, note, tell
from mnistlab.ui.shell import rights
from mnistlab.ui.shell.visitors import visitor


@cache
def _fetching(name: str) -> Fetching:
    return Fetching(name)


def draw_published() -> None:
    """Draw them, for whoever may change this installation, where anything may be fetched."""
    if not settings().download or not visitor().may_all:
        return
    is_at_work = any(_fetching(name).state == "running" for name in FETCHED)

    @st.fragment(run_every=1.0 if is_at_work else None)
    def draw() -> None:
        row = st.container(horizontal=True)
        for name, wanted in FETCHED.items():
            fetching = _fetching(name)
            if fetching.state == "running":
                note(f"{wanted.title} is being fetched: {fetching.said or 'no answer yet'} …", row)
                row.button("Cancel", key=f"lab.sets.cancel.{name}", on_click=attempt, args=(_cancel, name))
            elif fetching.state != "done" or not any(map(is_here, fetching.sets)):
                row.button(
                    inert(f"Fetch {wanted.title} ({wanted.megabytes} MB)"),
                    key=f"lab.sets.fetch.{name}",
                    on_click=attempt,
                    args=(_fetch, name),
                )
            if fetching.reason:
                tell(fetching.reason)
        if is_at_work != any(_fetching(name).state == "running" for name in FETCHED):
            # A press of the button runs this fragment alone, without a timer; and the end of it puts the set into the list.
            rerun_page()

    draw()
    note("EMNIST is one archive, of which its sets of digits, of letters and of both are kept.")


def _fetch(name: str) -> None:
    rights.require_all("a published set asked for")
    _fetching(name).start(visitor().id if settings().lab else "", settings().download_patience)


def _cancel(name: str) -> None:
    rights.require_all("a published set no longer asked for")
    _fetching(name).cancel()
