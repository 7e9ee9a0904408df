"""What an administrator sees of a lab, and what everybody sees of its figures."""

import shutil
from collections import defaultdict

import streamlit as st

from mnistlab.errors import RightsError
from mnistlab.settings import settings
from mnistlab.store.runs import RunFolder
from mnistlab.store.visitors import Nicknames
from mnistlab.ui import figures_of_server, services
from mnistlab.ui.complaints import attempt
from mnistlab.ui.text import inert
from mnistlab.ui.visitors import draw_admin_door, visitor

MEGABYTE = 1e6


def draw_figures() -> None:
    """Draw the figures of this server, as its address /metrics tells them."""
    found = figures_of_server.figures(services.whole_store(), services.engine())
    st.table(
        {
            "Figure": [figure.help + "".join(f" ({value})" for _, value in figure.labels) for figure in found],
            "Value": [_readable(figure) for figure in found],
        }
    )
    if settings().lab:
        st.caption("The same for Prometheus at /metrics; whether a visitor would be served, at /ready.")


def draw_administration() -> None:
    """Draw visitors with what they have here, and the means to end and remove it."""
    if not draw_admin_door():
        return
    st.caption("Here all runs, workers and visitors are yours: the buttons on the other tabs too.")
    runs_of: dict[str, list[RunFolder]] = defaultdict(list)
    for run in services.whole_store().runs():
        runs_of[run.owner()].append(run)
    names = Nicknames(services.whole_store().home)
    for owner in sorted({*runs_of, *names.all()}):
        _draw_visitor(owner, names.of(owner), runs_of[owner])
    answers = services.whole_store().home / "answers"
    st.button(
        "Forget kept answers", on_click=attempt, args=(_forget_answers,), help=f"They are computed anew: {answers.name}"
    )


def _draw_visitor(owner: str, nickname: str, runs: list[RunFolder]) -> None:
    active = [run for run in runs if services.whole_store().state(run).is_active]
    size = sum(run.size() for run in runs)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{inert(nickname)}** {inert(owner)}: {len(runs)} runs, {len(active)} at work or waiting, {size / MEGABYTE:,.1f} MB"
        )
        key = owner or "everybody"
        st.button("End their jobs", key=f"admin.end.{key}", disabled=not active, on_click=attempt, args=(_end, active))
        with st.popover("Remove", key=f"admin.sure.{key}"):
            st.caption("Their runs and their nickname will be gone for good. Jobs at work are ended first.")
            st.button("Remove for good", key=f"admin.remove.{key}", on_click=attempt, args=(_remove, owner, runs))


def _end(runs: list[RunFolder]) -> None:
    _require_administrator()
    for run in runs:
        services.engine().cancel(run)


def _remove(owner: str, runs: list[RunFolder]) -> None:
    _require_administrator()
    store = services.whole_store()
    for run in runs:
        if store.state(run).is_active:
            services.engine().cancel(run)
    for run in runs:
        # One at work takes a moment to end; it stays, and can be removed then.
        if not store.state(run).is_active:
            store.delete(run)
    Nicknames(store.home).forget(owner)


def _forget_answers() -> None:
    _require_administrator()
    shutil.rmtree(services.whole_store().home / "answers", ignore_errors=True)


def _require_administrator() -> None:
    if not visitor().may_all:
        raise RightsError("Only an administrator can do this.")


def _readable(figure: figures_of_server.Figure) -> str:
    if figure.name.endswith("_bytes"):
        return f"{figure.value / MEGABYTE:,.0f} MB"
    return f"{figure.value:,.0f}"
