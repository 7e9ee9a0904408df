"""The runs of this lab, the latest first, each with its actions."""

import time
from dataclasses import replace

import streamlit as st

from mnistlab.settings import settings
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_info import LONGEST_NAME
from mnistlab.store.run_life import RESUMABLE, RunState
from mnistlab.store.runs import Store
from mnistlab.store.search import AT_WORK, Search
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.parts.text import inert, note
from mnistlab.ui.shell import rights, services
from mnistlab.ui.shell.event_logs import events_of
from mnistlab.ui.shell.frame import shared_parameters, way_to
from mnistlab.ui.shell.reports import draw_report
from mnistlab.ui.shell.run_links import page_link_of
from mnistlab.ui.shell.run_words import ICONS, describe, is_cancelling
from mnistlab.ui.shell.visitors import owner_name, visitor
from mnistlab.ui.state.shown_run import RUN
from mnistlab.wording import counted

TICK_SECONDS = 2.0
RUNS_AT_A_TIME = 12
ONLY_MINE, WORDS = "lab.mine", "lab.words"
LONGEST = "all time"
SINCE = {"the last hour": 3600.0, "the last day": 86_400.0, LONGEST: float("inf")}


def draw_runs() -> None:
    """Draw the runs, and refresh them every two seconds; above them, what reports about them."""
    store, me = services.store(), visitor().id
    if store.count():
        with st.popover("Report", icon=":material/article:"):
            note("Of your runs and of those that belong to everybody.")
            since = st.radio("Begun within", list(SINCE), key="lab.report.since")
            seconds, title = SINCE[since or LONGEST], f"My runs: {since}"
            draw_report(st, "mnistlab-report", title, lambda: _mine(store, me, seconds))
    st.fragment(_runs, run_every=TICK_SECONDS)()


def _runs() -> None:
    store, search = services.store(), Search()
    if not store.count():
        st.info("There are no runs yet. The page Train makes the first.")
        return
    if settings().lab and not settings().private:
        st.toggle("Only mine", key=ONLY_MINE, help="Those that you have started or wait for.")
        if st.session_state.get(ONLY_MINE):
            search = Search(of=visitor().id)
    count = store.count(search)
    if not count:
        st.info("You have no runs yet. The page Train makes the first.")
        return
    active = sum(store.state(run).is_active for run in store.find(replace(search, states=AT_WORK.states)))
    note(f"{counted(count, 'run')}, {active or 'none'} at work or waiting.")
    if count > RUNS_AT_A_TIME:
        search = replace(
            search, words=st.text_input("Find runs by a part of their name", key=WORDS, max_chars=LONGEST_NAME)
        )
        count = store.count(search)
        if not count:
            st.info("No run has a name with this in it.")
            return
    shown = st.session_state.get("lab.shown", RUNS_AT_A_TIME)
    for run in store.find(search, most=shown):
        _run_row(run, store.state(run))
    if count > shown:
        st.button(f"Show {min(RUNS_AT_A_TIME, count - shown)} more", on_click=_show_more)


def _mine(store: Store, me: str, seconds: float) -> list[RunFolder]:
    """Return the runs of a visitor, and those of nobody, that were begun within the last seconds."""
    latest = time.time() - seconds
    return [run for run in store.runs() if run.created() >= latest and (run.owner() in ("", me) or me in run.joined())]


def _show_more() -> None:
    st.session_state["lab.shown"] = st.session_state.get("lab.shown", RUNS_AT_A_TIME) + RUNS_AT_A_TIME


def _run_row(run: RunFolder, state: RunState) -> None:
    with st.container(border=True):
        text, buttons = st.columns([3, 2], vertical_alignment="center")
        with text:
            page_link = page_link_of(run)
            if page_link is None:
                st.text(run.name())
            else:
                page, parameters = page_link
                st.page_link(
                    page,
                    label=inert(run.name()),
                    icon=ICONS[state.name],
                    # On the page Train the form keeps its state; links of other recipes are complete.
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
        parts.insert(
            1, f"{100 * summary['val_accuracy']:.2f} % on validation digits after {counted(summary['epochs'], 'epoch')}"
        )
    elif events:
        parts.insert(1, f"{100 * events[-1]['done'] / max(events[-1]['total'], 1):.0f} % done")
    return " · ".join(parts)
