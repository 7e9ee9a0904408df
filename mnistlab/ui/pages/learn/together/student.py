"""What a student sees of their class above the lessons, and the step at which it is held."""

import streamlit as st

from mnistlab.errors import StoreError
from mnistlab.lessons.shelf import Shelf
from mnistlab.store.class_roll import Place
from mnistlab.store.classroom import About, Classroom
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.pages.learn.together.address import spaced
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.parts.text import inert
from mnistlab.ui.shell.own_class import SEEN
from mnistlab.ui.shell.visitors import visitor

# Seconds between two looks whether the teacher holds the class, or lets it go.
FOLLOW_SECONDS = 1.5


def held_place(about: About, lessons: Shelf) -> Place | None:
    """Return the step at which the class is held, if there is such a step."""
    lesson = lessons.find(about.held[0]) if about.held else None
    return about.held if lesson is not None and about.held and about.held[1] in lesson.ids else None


def draw_strip(room: Classroom, about: About) -> None:
    """Draw which class the visitor is in; it follows what the teacher does."""
    member = room.member(visitor().id)
    called = f"as {member.name}" if member is not None and member.name else ""
    # (The blanks stand outside: inert words have none at their ends.)
    more = "".join(f" {inert(words)}" for words in (about.title, called) if words)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="learn-class-strip"):
        st.markdown(
            f"You are in the class **{inert(spaced(about.code))}**{more}. Your answers go to whoever opened it."
        )
        st.button("Leave", key="learn.class.leave", icon=":material/logout:", on_click=attempt, args=(_leave, room))
    if about.held:
        st.info("The class is held at this step: your teacher lets it go on.", icon=":material/pause_circle:")
    _follow(room, about)


def _follow(room: Classroom, about: About) -> None:
    @st.fragment(run_every=FOLLOW_SECONDS)
    def look() -> None:
        try:
            now = room.about().held
        except StoreError:
            # It has ended.
            rerun_page()
        if now != about.held:
            rerun_page()

    look()


def _leave(room: Classroom) -> None:
    st.session_state.pop(SEEN, None)
    room.leave(visitor().id)
