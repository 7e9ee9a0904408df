"""Reruns of a page's script that no visitor asked for: an answer has arrived, a job has ended, the workers are ready.

All of them call `rerun_page`, so that their common rules are in one function.
"""

from typing import NoReturn

import streamlit as st


def rerun_page() -> NoReturn:
    """Run the whole page again, from a fragment that has seen a change or from the page itself."""
    st.rerun()
