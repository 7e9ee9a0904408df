"""Runs of a page's script that no visitor asked for: an answer has come, a job has ended, the workers are ready.

All of them begin with `rerun_page`, so that a page can tell them from a visitor's.
"""

from typing import NoReturn

import streamlit as st

# Set before such a run, and during it.
COMING, RUNNING = "reruns.coming", "reruns.by_itself"


def rerun_page() -> NoReturn:
    """Run the whole page again, from a fragment that has seen something new or from the page itself."""
    st.session_state[COMING] = True
    st.rerun()


def begin_run() -> None:
    """Note what caused this run; the frame does it first on every page."""
    st.session_state[RUNNING] = st.session_state.pop(COMING, False)


def ran_by_itself() -> bool:
    """Return whether something else than the visitor caused this run: what it redraws is redrawn under their pointer."""
    return bool(st.session_state.get(RUNNING, False))
