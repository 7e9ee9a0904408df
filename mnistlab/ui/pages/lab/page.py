"""The page Lab."""

import streamlit as st

from mnistlab.settings import settings
from mnistlab.ui.pages.lab.administration import draw_administration
from mnistlab.ui.pages.lab.digits import draw_digits
from mnistlab.ui.pages.lab.machine import draw_machine
from mnistlab.ui.pages.lab.network_import import draw_import
from mnistlab.ui.pages.lab.runs import draw_runs
from mnistlab.ui.parts.terms import introduce
from mnistlab.ui.state import links
from mnistlab.ui.state.handout import draw_groups

# By the names that a link can hide them by: title, and what draws it.
TABS = {
    "runs": ("Runs", draw_runs),
    "networks": ("Networks", draw_import),
    "digits": ("Digits", draw_digits),
    "machine": ("Machine", draw_machine),
}


def draw_lab() -> None:
    """Draw the page."""
    links.write({})
    st.title("Lab")
    introduce(
        "Your runs, networks and digits; and the machine that does the work.",
        "epoch",
        "accuracy",
        "weights",
        "parameters",
        "optimiser",
        "standardised",
    )
    tabs = TABS | ({"administration": ("Administration", draw_administration)} if settings().lab else {})
    containers = draw_groups({name: title for name, (title, _) in tabs.items()})
    for container, (_, draw) in zip(containers, tabs.values(), strict=True):
        with container:
            draw()
