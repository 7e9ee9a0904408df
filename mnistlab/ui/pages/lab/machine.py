"""The machine of a lab: its workers, its disk, and its metrics."""

import shutil

import streamlit as st

from mnistlab.errors import StoreError
from mnistlab.settings import settings
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.parts.table import draw_table
from mnistlab.ui.parts.text import tell
from mnistlab.ui.server import metrics as figures_of_server
from mnistlab.ui.shell import rights, services
from mnistlab.ui.shell.visitors import visitor

TICK_SECONDS = 2.0
MEGABYTE, GIGABYTE = 1e6, 1e9
# Number of runs that are listed, the largest first.
LARGEST = 12


def draw_machine() -> None:
    """Draw the workers, their tasks, and the free disk space."""
    st.header("Workers")
    st.fragment(_workers, run_every=TICK_SECONDS)()
    st.header("Disk")
    _disk()
    st.header("Figures")
    _figures()


def _workers() -> None:
    engine = services.engine()
    if engine.phase != "ready":
        tell(engine.reason or "The workers are starting.")
        return
    for row in engine.workers():
        with st.container(border=True):
            text, button = st.columns([4, 1], vertical_alignment="center")
            busy = ", ".join(_name_of(key.split("#")[0]) for key in row.busy_with) or "nothing"
            text.text(f"{row.name}: {row.memory / MEGABYTE:,.0f} MB of memory, working on {busy}")
            if not visitor().may_all:
                continue
            button.button(
                "End",
                key=f"lab.end.{row.address}",
                on_click=attempt,
                args=(_end_worker, row.address, row.name),
                help="Ends this worker at once. Another takes its place and goes on from the last epoch.",
            )
    st.caption("One worker answers clicks, the other trains, so training never blocks the page.")


def _name_of(task: str) -> str:
    try:
        return services.store().get(task).name()
    except StoreError:
        # Or another visitor's run, of which this one must not learn.
        return "a question"


def _end_worker(address: str, name: str) -> None:
    rights.require_all("worker ended", worker=name)
    services.engine().end_worker(address)


def _disk() -> None:
    taken = sum(share.bytes for share in services.store().shares().values())
    st.metric("Taken by runs", f"{taken / MEGABYTE:,.1f} MB")
    try:
        st.metric("Free on this disk", f"{shutil.disk_usage(services.store().home).free / GIGABYTE:,.1f} GB")
    except OSError:
        st.caption("Nothing has been kept yet.")
    largest = services.store().largest(LARGEST)
    if largest:
        draw_table(("Run", "MB"), [(run.name(), f"{size / MEGABYTE:,.1f}") for run, size in largest])


def _figures() -> None:
    """Draw the metrics of this server, as at /metrics."""
    figures = figures_of_server.figures(services.whole_store(), services.engine())
    draw_table(
        ("Figure", "Value"),
        [
            (figure.help.rstrip(".") + "".join(f" ({value})" for _, value in figure.labels), _readable(figure))
            for figure in figures
        ],
    )
    if settings().lab:
        st.caption("The same for Prometheus at /metrics; whether a visitor would be served, at /ready.")


def _readable(figure: figures_of_server.Figure) -> str:
    """Return a metric with its unit."""
    if figure.name.endswith("_bytes"):
        is_large = figure.value >= GIGABYTE
        return f"{figure.value / GIGABYTE:,.1f} GB" if is_large else f"{figure.value / MEGABYTE:,.0f} MB"
    if "_seconds" in figure.name:
        return f"{figure.value:,.0f} s"
    if figure.name.endswith("_ready"):
        return "yes" if figure.value else "no"
    return f"{figure.value:,.0f}"
