"""Runs of a page's script that no visitor asked for: an answer has come, a job has ended, the workers are ready.

All of them begin with `rerun_page`, so that what must hold for each has one place.
"""

from typing import NoReturn

import streamlit as st


def rerun_page() -> NoReturn:
    """Run the whole page again, from a fragment that has seen something new or from the page itself."""
    st.rerun()
