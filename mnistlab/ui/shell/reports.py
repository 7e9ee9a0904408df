"""The download of a report about some runs."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from mnistlab.exports.report import report
from mnistlab.store.run_folder import RunFolder


def draw_report(container: Any, name: str, title: str, runs: Callable[[], Sequence[RunFolder]]) -> None:
    """Draw the button.

    Arguments:
        container: where.
        name: of the file, without ending.
        title: heading of the report.
        runs: returns its runs; called when the button is pressed, outside of the page.
    """
    # All pages lie beside each other; behind a proxy under a path, too.
    address = str(st.context.url or "").partition("?")[0].rpartition("/")[0]
    container.download_button(
        "Report (HTML)",
        lambda: report(runs(), title, address),
        f"{name}.html",
        "text/html",
        on_click="ignore",
        icon=":material/article:",
        help="Pictures, figures, recipes and links in one file, which opens without the app, and prints.",
    )
