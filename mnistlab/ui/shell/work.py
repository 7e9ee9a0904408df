"""What works for a visitor, on every page but those that show it: how far each of their latest runs is, as a way to it."""

import streamlit as st

from mnistlab.errors import MnistlabError
from mnistlab.kinds.kind import Place
from mnistlab.store.run_folder import RunFolder
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.parts.text import inert
from mnistlab.ui.shell import services
from mnistlab.ui.shell.event_logs import events_of
from mnistlab.ui.shell.places import place_of
from mnistlab.ui.shell.run_words import ICONS
from mnistlab.ui.shell.visitors import visitor

# Ids of the runs that the visitor has started in this session, or that were at work for them when it began; the latest first.
MINE = "work.mine"
MOST_SHOWN, TICK_SECONDS = 2, 2.0
# Shows all runs itself.
LAB = "pages/lab.py"


def note_work(run: RunFolder) -> None:
    """Remember a run that the visitor has started or asked for; for callbacks."""
    others = [other for other in st.session_state.get(MINE, []) if other != run.id]
    st.session_state[MINE] = [run.id, *others][:MOST_SHOWN]


def draw_work(here: str) -> None:
    """Draw a line for each of them that the page `here` does not show; it goes on by itself while one is at work."""
    if here == LAB or not (found := _elsewhere(here)):
        return
    active = any(services.store().state(run).is_active for run, _ in found)

    @st.fragment(run_every=TICK_SECONDS if active else None)
    def tick() -> None:
        st.html('<p class="lab-fact"><b>Your work</b></p>')
        for run, place in found:
            _draw(run, place)
        if active and not any(services.store().state(run).is_active for run, _ in found):
            # Also ends this timer.
            rerun_page()

    tick()


def _elsewhere(here: str) -> list[tuple[RunFolder, Place]]:
    """Return the runs that are still there and that another page shows, each with its place there."""
    if MINE not in st.session_state:
        st.session_state[MINE] = [run.id for run in services.store().runs() if _is_at_work_for_visitor(run)][
            :MOST_SHOWN
        ]
    found = []
    for run_id in st.session_state[MINE]:
        try:
            run = services.store().get(run_id)
        except MnistlabError:
            continue
        place = place_of(run)
        if place is not None and place[0] != here:
            found.append((run, place))
    return found


def _is_at_work_for_visitor(run: RunFolder) -> bool:
    me = visitor().id
    return services.store().state(run).is_active and (run.owner() in ("", me) or me in run.joined())


def _draw(run: RunFolder, place: Place) -> None:
    state, events = services.store().state(run), events_of(run)
    last = events[-1] if events else {}
    share = 100 * min(last.get("done", 0) / max(last.get("total", 1), 1), 1.0)
    words = f"{share:.0f} %" if state.name == "running" else state.name
    page, parameters = place
    st.page_link(page, label=f"{inert(run.name())}: {words}", icon=ICONS[state.name], query_params=parameters)
