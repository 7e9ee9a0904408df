"""The page Lab."""

import streamlit as st

from mnistlab.settings import settings
from mnistlab.ui.pages.lab.administration import draw_administration
from mnistlab.ui.pages.lab.digits import draw_digits
from mnistlab.ui.pages.lab.machine import draw_machine
from mnistlab.ui.pages.lab.network_import import draw_import
from mnistlab.ui.pages.lab.runs import draw_runs
from mnistlab.ui.state import links

TABS = {"Runs": draw_runs, "Networks": draw_import, "Digits": draw_digits, "Machine": draw_machine}


def draw_lab() -> None:
    """Draw the page."""
    links.write({})
    st.title("Lab")
    st.markdown("Your runs, networks and digits; and the machine that does the work.")
    tabs = TABS | ({"Administration": draw_administration} if settings().lab else {})
    for container, draw in zip(st.tabs(list(tabs)), tabs.values(), strict=True):
        with container:
            draw()
