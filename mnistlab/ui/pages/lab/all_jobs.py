"""What an administrator does to all jobs and classes at once: takes none, takes short ones only, ends or resumes all."""

import streamlit as st

from mnistlab.engine.admission import in_words
from mnistlab.errors import MnistlabError
from mnistlab.settings import settings
from mnistlab.store.classroom import About, Classroom, here
from mnistlab.store.classrooms import Classrooms
from mnistlab.store.doors import Door, door_of, set_door
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import ACTIVE, RESUMABLE
from mnistlab.store.search import AT_WORK, Search
from mnistlab.ui.parts.complaints import announce, attempt, complain
from mnistlab.ui.parts.text import inert, note
from mnistlab.ui.shell import rights, services
from mnistlab.ui.shell.visitors import network
from mnistlab.wording import counted

LONGEST = "admin.longest"
MINUTE = 60.0
# Longer than any job that somebody limits by hand.
MOST_MINUTES = 10_000


def draw_all_jobs() -> None:
    """Draw the state of the queue, and buttons that change it for everybody."""
    store = services.whole_store()
    active, resumable = _active(), _resumable()
    door = door_of(store.home)
    st.header("All jobs")
    taken = "no new ones are taken" if door.is_closed else "new ones are taken"
    most = f", none longer than {in_words(door.longest)}" if door.longest and not door.is_closed else ""
    note(f"{len(active)} at work or waiting; {taken}{most}.")
    row = st.container(horizontal=True, vertical_alignment="bottom")
    row.button(
        "Take jobs again" if door.is_closed else "Stop taking jobs",
        key="admin.door",
        on_click=attempt,
        args=(_close, not door.is_closed),
    )
    row.number_input(
        "Longest job, in minutes",
        min_value=0,
        max_value=MOST_MINUTES,
        value=round(door.longest / MINUTE),
        key=LONGEST,
        help="As estimated before it begins. 0: as long as the settings allow.",
        width=180,
    )
    row.button("Limit them", key="admin.limit", on_click=attempt, args=(_limit,))
    with row.popover("End all", disabled=not active):
        st.markdown("Every job at work or waiting is cancelled, of all visitors. Nothing of theirs is kept.")
        st.button("End all jobs", key="admin.end_all", on_click=attempt, args=(_end_all,))
    row.button(
        f"Resume all ({len(resumable)})",
        key="admin.resume_all",
        disabled=not resumable,
        on_click=attempt,
        args=(_resume_all,),
        help="Interrupted and failed jobs go on from their last checkpoint.",
    )


def draw_classes() -> None:
    """Draw the classes that are open, without anybody's answers, and a button that ends each."""
    classes = Classrooms(settings().home)
    for about in classes.all():
        room = classes.find(about.code)
        if room is not None:
            _draw_class(room, about)


def _draw_class(room: Classroom, about: About) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Class {inert(about.code)}** {inert(about.title)}: {len(here(room.roll()))} in it")
        st.button("End this class", key=f"admin.class.{about.code}", on_click=attempt, args=(_end_class, about.code))


def _close(is_closed: bool) -> None:
    rights.require_all("jobs stopped" if is_closed else "jobs taken again")
    home = services.whole_store().home
    set_door(home, Door(is_closed, door_of(home).longest))


def _limit() -> None:
    seconds = MINUTE * min(max(int(st.session_state.get(LONGEST) or 0), 0), MOST_MINUTES)
    rights.require_all("longest job changed", seconds=round(seconds))
    home = services.whole_store().home
    set_door(home, Door(door_of(home).is_closed, seconds))


def _end_all() -> None:
    store, runs = services.whole_store(), _active()
    rights.require_all("all jobs ended", count=len(runs))
    with store.admission_lock():
        for run in runs:
            services.engine().cancel(run)
    announce(f"{counted(len(runs), 'job')} ended.")


def _resume_all() -> None:
    runs = _resumable()
    rights.require_all("all jobs resumed", count=len(runs))
    refused = []
    for run in runs:
        try:
            services.engine().resume(run, network())
        except MnistlabError as error:
            refused.append(str(error))
    announce(f"{counted(len(runs) - len(refused), 'job')} resumed.")
    if refused:
        complain(f"{counted(len(refused), 'job')} could not be resumed; the first one: {refused[0]}")


def _active() -> list[RunFolder]:
    store = services.whole_store()
    return [run for run in store.find(AT_WORK) if store.state(run).is_active]


def _resumable() -> list[RunFolder]:
    """Return the runs that can go on; what an index says of one whose app has died is older than its state."""
    store = services.whole_store()
    known = Search(states=ACTIVE | RESUMABLE)
    return [run for run in store.find(known) if store.state(run).name in RESUMABLE]


def _end_class(code: str) -> None:
    rights.require_all("class ended")
    Classrooms(settings().home).end(code)
