"""What works for a visitor, on every page: how far each of their latest runs is, as a way to it."""

import streamlit as st

from mnistlab.errors import MnistlabError
from mnistlab.store.run_folder import RunFolder
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.parts.text import inert
from mnistlab.ui.shell import services
from mnistlab.ui.shell.event_logs import events_of
from mnistlab.ui.shell.places import place_of
from mnistlab.ui.shell.run_words import ICONS

# Ids of the runs that this session has started, the latest first.
MINE = "work.mine"
MOST_SHOWN, TICK_SECONDS = 2, 2.0


def note_work(run: RunFolder) -> None:
    """Remember a run that the visitor has started or asked for; for callbacks."""
    others = [other for other in st.session_state.get(MINE, []) if other != run.id]
    st.session_state[MINE] = [run.id, *others][:MOST_SHOWN]


def draw_work() -> None:
    """Draw a line for each of them; it goes on by itself while one is at work."""
    runs = _mine()
    if not runs:
        return
    active = any(services.store().state(run).is_active for run in runs)

    @st.fragment(run_every=TICK_SECONDS if active else None)
    def tick() -> None:
        mine = _mine()
        st.html('<p class="lab-fact"><b>Your work</b></p>')
        for run in mine:
            _draw(run)
        if active and not any(services.store().state(run).is_active for run in mine):
            rerun_page()

    tick()


def _mine() -> list[RunFolder]:
    """Return the runs that are still there."""
    found = []
    for run_id in st.session_state.get(MINE, []):
        try:
            found.append(services.store().get(run_id))
        except MnistlabError:
            continue
    return found


def _draw(run: RunFolder) -> None:
    place = place_of(run)
    if place is None:
        return
    state, events = services.store().state(run), events_of(run)
    last = events[-1] if events else {}
    share = 100 * min(last.get("done", 0) / max(last.get("total", 1), 1), 1.0)
    words = f"{share:.0f} %" if state.name == "running" else state.name
    page, parameters = place
    st.page_link(page, label=f"{inert(run.name())}: {words}", icon=ICONS[state.name], query_params=parameters)
