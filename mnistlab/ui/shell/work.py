"""The visitor's latest runs, on every page that does not show them: the progress of each, as a link to it."""

import streamlit as st

from mnistlab.errors import MnistlabError
from mnistlab.kinds.kind import PageLink
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.search import AT_WORK
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.parts.text import inert
from mnistlab.ui.shell import services
from mnistlab.ui.shell.event_logs import events_of
from mnistlab.ui.shell.run_links import page_link_of
from mnistlab.ui.shell.run_words import ICONS
from mnistlab.ui.shell.visitors import visitor

# Ids of the runs that the visitor has started in this session, or that were active when it began; the latest first.
MINE = "work.mine"
MOST_SHOWN, TICK_SECONDS = 2, 2.0
# The page that shows all runs itself.
LAB = "pages/lab.py"


def note_work(run: RunFolder) -> None:
    """Remember a run that the visitor has started or asked for; for callbacks."""
    others = [other for other in st.session_state.get(MINE, []) if other != run.id]
    st.session_state[MINE] = [run.id, *others][:MOST_SHOWN]


def draw_work(here: str) -> None:
    """Draw a line for each run that the page `here` does not show, and refresh them while one is active."""
    if here == LAB or not (runs := _elsewhere(here)):
        return
    active = any(services.store().state(run).is_active for run, _ in runs)

    @st.fragment(run_every=TICK_SECONDS if active else None)
    def tick() -> None:
        st.html('<p class="lab-fact"><b>Your work</b></p>')
        for run, link in runs:
            _draw(run, link)
        if active and not any(services.store().state(run).is_active for run, _ in runs):
            # Also ends this timer.
            rerun_page()

    tick()


def _elsewhere(here: str) -> list[tuple[RunFolder, PageLink]]:
    """Return the remaining runs that another page shows, with links to them."""
    if MINE not in st.session_state:
        st.session_state[MINE] = [run.id for run in services.store().find(AT_WORK) if _is_at_work_for_visitor(run)][
            :MOST_SHOWN
        ]
    runs = []
    for run_id in st.session_state[MINE]:
        try:
            run = services.store().get(run_id)
        except MnistlabError:
            continue
        link = page_link_of(run)
        if link is not None and link[0] != here:
            runs.append((run, link))
    return runs


def _is_at_work_for_visitor(run: RunFolder) -> bool:
    me = visitor().id
    return services.store().state(run).is_active and (run.owner() in ("", me) or me in run.joined())


def _draw(run: RunFolder, link: PageLink) -> None:
    state, events = services.store().state(run), events_of(run)
    last = events[-1] if events else {}
    share = 100 * min(last.get("done", 0) / max(last.get("total", 1), 1), 1.0)
    words = f"{share:.0f} %" if state.name == "running" else state.name
    page, parameters = link
    st.page_link(page, label=f"{inert(run.name())}: {words}", icon=ICONS[state.name], query_params=parameters)
