"""The administrator's view of a lab."""

import shutil
from collections import defaultdict

import streamlit as st

from mnistlab.set_files.drawings import Drawings
from mnistlab.store.learning import Learning
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Share
from mnistlab.store.search import AT_WORK, Search
from mnistlab.store.verdicts import Verdicts
from mnistlab.store.visitors import Nicknames
from mnistlab.store.wishes import leave
from mnistlab.ui.pages.lab.all_jobs import draw_all_jobs, draw_classes
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.parts.text import inert
from mnistlab.ui.shell import rights, services
from mnistlab.ui.shell.visitors import draw_admin_login
from mnistlab.wording import counted

MEGABYTE = 1e6


def draw_administration() -> None:
    """Draw the visitors with their runs, networks and names, and buttons to end and remove them."""
    if not draw_admin_login():
        return
    st.caption("Here all runs, workers and visitors are yours: the buttons on the other tabs too.")
    draw_all_jobs()
    draw_classes()
    st.header("Visitors")
    store = services.whole_store()
    shares = store.shares()
    active: dict[str, list[RunFolder]] = defaultdict(list)
    for run in store.find(AT_WORK):
        if store.state(run).is_active:
            active[run.owner()].append(run)
    names = Nicknames(store.home)
    for owner in sorted({*shares, *active, *names.all()}):
        _draw_visitor(owner, names.of(owner), shares.get(owner, Share(0, 0)), active[owner])
    answers = services.whole_store().home / "answers"
    st.button(
        "Forget kept answers", on_click=attempt, args=(_forget_answers,), help=f"They are computed anew: {answers.name}"
    )


def _draw_visitor(owner: str, nickname: str, share: Share, active: list[RunFolder]) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{inert(nickname)}** {inert(owner)}: {counted(share.runs, 'run')}, {len(active)} at work or waiting, {share.bytes / MEGABYTE:,.1f} MB"
        )
        key = owner or "everybody"
        st.button(
            "End their jobs", key=f"admin.end.{key}", disabled=not active, on_click=attempt, args=(_end, owner, active)
        )
        with st.popover("Remove", key=f"admin.sure.{key}"):
            st.caption(
                "Their runs, kept drawings and nickname will be gone for good. Jobs at work are ended first. "
                "What others asked for too is left to them."
            )
            st.button("Remove for good", key=f"admin.remove.{key}", on_click=attempt, args=(_remove, owner))


def _end(owner: str, runs: list[RunFolder]) -> None:
    rights.require_all("jobs ended", visitor=owner, count=len(runs))
    _end_jobs(owner, runs)


def _end_jobs(owner: str, runs: list[RunFolder]) -> None:
    for run in runs:
        with services.whole_store().admission_lock():
            if not leave(run, owner):
                services.engine().cancel(run)


def _remove(owner: str) -> None:
    store = services.whole_store()
    runs = [run for run in store.find(Search(of=owner)) if run.owner() == owner]
    rights.require_all("visitor removed", visitor=owner, count=len(runs))
    _end_jobs(owner, [run for run in runs if store.state(run).is_active])
    # A run at work takes a moment to end, so it can be removed only later. A run left to other visitors is no longer theirs.
    for run in runs:
        if run.owner() == owner and not store.state(run).is_active:
            rights.remove(run, owner)
    for run in store.find(Search(of=owner)):
        if owner in run.joined():
            with store.admission_lock():
                leave(run, owner)
    Drawings(store.home).forget(owner)
    Learning(store.home).forget(owner)
    Verdicts(store.home).forget(owner)
    Nicknames(store.home).forget(owner)


def _forget_answers() -> None:
    rights.require_all("answers forgotten")
    shutil.rmtree(services.whole_store().home / "answers", ignore_errors=True)
