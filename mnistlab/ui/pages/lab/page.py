"""The page Lab."""

import shutil
import time

import streamlit as st

from mnistlab.data.sources import download_target, source_in_use
from mnistlab.settings import settings
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import RESUMABLE, RunState
from mnistlab.ui.answers.event_logs import events_of
from mnistlab.ui.answers.run_words import ICONS, describe, is_cancelling
from mnistlab.ui.pages.lab.administration import draw_administration, draw_figures
from mnistlab.ui.pages.lab.network_import import draw_import
from mnistlab.ui.pages.lab.places import place_of
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.parts.text import inert, note, tell, warn
from mnistlab.ui.shell import rights, services
from mnistlab.ui.shell.frame import shared_parameters, way_to
from mnistlab.ui.shell.visitors import owner_name, visitor
from mnistlab.ui.state import links
from mnistlab.ui.state.shown_run import RUN

TICK_SECONDS = 2.0
RUNS_AT_A_TIME = 12
MEGABYTE = 1e6


def draw_lab() -> None:
    """Draw the page."""
    links.write({})
    st.title("Lab")
    st.markdown("All runs on this machine, the queue, and the machine itself.")
    names = [
        "Runs",
        "Workers",
        "Digits",
        "Disk",
        "Networks",
        "Figures",
        *(["Administration"] if settings().lab else []),
    ]
    runs, workers, digits, disk, networks, figures, *administration = st.tabs(names)
    with runs:
        st.fragment(_runs, run_every=TICK_SECONDS)()
    with workers:
        st.fragment(_workers, run_every=TICK_SECONDS)()
    with digits:
        _digits()
    with disk:
        _disk()
    with networks:
        draw_import()
    with figures:
        draw_figures()
    for tab in administration:
        with tab:
            draw_administration()


def _runs() -> None:
    runs = services.store().runs()
    if not runs:
        st.info("There are no runs yet. The page Train makes the first.")
        return
    states = {run.id: services.store().state(run) for run in runs}
    active = sum(state.is_active for state in states.values())
    note(f"{len(runs)} run{'s' * (len(runs) > 1)}, {active or 'none'} at work or waiting.")
    shown = st.session_state.get("lab.shown", RUNS_AT_A_TIME)
    for run in runs[:shown]:
        _run_row(run, states[run.id])
    if len(runs) > shown:
        st.button(f"Show {min(RUNS_AT_A_TIME, len(runs) - shown)} more", on_click=_show_more)


def _show_more() -> None:
    st.session_state["lab.shown"] = st.session_state.get("lab.shown", RUNS_AT_A_TIME) + RUNS_AT_A_TIME


def _run_row(run: RunFolder, state: RunState) -> None:
    with st.container(border=True):
        text, buttons = st.columns([3, 2], vertical_alignment="center")
        with text:
            place = place_of(run)
            if place is None:
                st.text(run.name())
            else:
                page, parameters = place
                st.page_link(
                    page,
                    label=inert(run.name()),
                    icon=ICONS[state.name],
                    # The form of the page Train stays as it was left; the other recipes are whole.
                    query_params={
                        **parameters,
                        **(way_to(page) if RUN in parameters else shared_parameters()),
                        **parameters,
                    },
                )
            note(_line(run, state))
            if state.reason:
                note(state.reason)
        row = buttons.container(horizontal=True, horizontal_alignment="right")
        if state.is_active and rights.may_leave(run) and not is_cancelling(run, state):
            row.button("Cancel", key=f"lab.cancel.{run.id}", on_click=attempt, args=(rights.cancel, run))
        elif not state.is_active and rights.may_keep(run):
            if state.name in RESUMABLE:
                row.button("Resume", key=f"lab.resume.{run.id}", on_click=attempt, args=(rights.resume, run))
            with row.popover("Delete", key=f"lab.sure.{run.id}"):
                note(rights.what_deleting_means(run))
                st.button("Delete for good", key=f"lab.delete.{run.id}", on_click=attempt, args=(rights.delete, run))


def _line(run: RunFolder, state: RunState) -> str:
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created()))
    events = events_of(run)
    parts = [describe(run, state, events[-1] if events else {}), made]
    if settings().lab:
        parts.append(f"by {owner_name(run)}")
    summary = run.summary()
    if "val_accuracy" in summary:
        parts.insert(1, f"{100 * summary['val_accuracy']:.2f} % on validation digits after {summary['epochs']} epochs")
    elif events:
        parts.insert(1, f"{100 * events[-1]['done'] / max(events[-1]['total'], 1):.0f} % done")
    return " · ".join(parts)


def _workers() -> None:
    engine = services.engine()
    if engine.phase != "ready":
        tell(engine.reason or "The workers are starting.")
        return
    names = {run.id: run.name() for run in services.store().runs()}
    for row in engine.workers():
        with st.container(border=True):
            text, button = st.columns([4, 1], vertical_alignment="center")
            busy = ", ".join(names.get(key.split("#")[0], "a question") for key in row.busy_with) or "nothing"
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


def _digits() -> None:
    source, complaint = source_in_use()
    st.markdown(f"In use: **{inert(source.title)}**")
    if complaint:
        warn(complaint)
    fetch = services.download()
    if source.name == "embedded" and not complaint:
        if fetch.state == "running":
            st.info("MNIST is being fetched …")
        else:
            if fetch.reason:
                tell(fetch.reason)
            if settings().download and visitor().may_all:
                st.button("Fetch MNIST (11 MB)", on_click=attempt, args=(_fetch_mnist,))
    st.caption(
        "Looked for in this order: the file MNISTLAB_DATA names, the cache of Keras, an earlier download, a new download; "
        "else the embedded digits, drawn by a small generator network."
    )


def _end_worker(address: str, name: str) -> None:
    rights.require_all("worker ended", worker=name)
    services.engine().end_worker(address)


def _fetch_mnist() -> None:
    rights.require_all("MNIST asked for")
    services.download().start(download_target(), settings())


def _disk() -> None:
    runs = services.store().runs()
    sizes = {run.id: run.size() for run in runs}
    st.metric("Taken by runs", f"{sum(sizes.values()) / MEGABYTE:,.1f} MB")
    try:
        st.metric("Free on this disk", f"{shutil.disk_usage(services.store().home).free / 1e9:,.1f} GB")
    except OSError:
        st.caption("Nothing has been kept yet.")
    largest = sorted(runs, key=lambda run: -sizes[run.id])[:RUNS_AT_A_TIME]
    if largest:
        st.table(
            {
                "Run": [inert(run.name()) for run in largest],
                "MB": [f"{sizes[run.id] / MEGABYTE:,.1f}" for run in largest],
            }
        )
