"""The class that the visitor is in, and what they bring to it."""

import contextlib
from collections.abc import Callable, Mapping

import streamlit as st

from mnistlab.errors import MnistlabError, StoreError
from mnistlab.settings import settings
from mnistlab.store.class_roll import Place
from mnistlab.store.classroom import About, Classroom, here
from mnistlab.store.classrooms import Classrooms
from mnistlab.store.learning import Learnt
from mnistlab.ui.shell.visitors import visitor

# The code of the class they were in when the page was drawn last.
SEEN = "learn.class.seen"


def classrooms() -> Classrooms:
    """Return the classes of this lab."""
    return Classrooms(settings().home)


def my_class() -> tuple[Classroom, About] | None:
    """Return the open class the visitor is in, with its description; None outside of a lab."""
    if not settings().lab:
        return None
    me = visitor().id
    room = classrooms().find(st.session_state.get(SEEN, ""))
    if room is None or room.member(me) is None:
        room = classrooms().of(me)
    # It may end at any moment.
    with contextlib.suppress(StoreError):
        if room is not None:
            about = room.about()
            st.session_state[SEEN] = about.code
            return room, about
    return None


def people_in_class() -> int:
    """Return how many are in the class that the visitor is in or teaches; 0 where there is none."""
    mine = my_class()
    if mine is not None:
        return len(here(mine[0].roll()))
    if not settings().lab:
        return 0
    taught = [about.code for about in classrooms().all() if about.teacher == visitor().id]
    room = classrooms().find(taught[-1]) if taught else None
    return 0 if room is None else len(here(room.roll()))


def has_ended() -> str:
    """Return, once, the code of the class the visitor was in until it ended or they left it in another tab; else ""."""
    return str(st.session_state.pop(SEEN, ""))


def bring(lesson: str, way: Callable[[], Mapping[str, Learnt]]) -> None:
    """Bring the visitor's answers in a lesson to their class, if they are in one that has it; `way` is read only then.

    What the class cannot take stays with the visitor, whose own way is kept apart, and is brought when the page is drawn next.
    """
    mine = my_class()
    if mine is None or not is_of_class(lesson, mine[1]):
        return
    with contextlib.suppress(MnistlabError):
        mine[0].bring(visitor().id, lesson, way().get(lesson, Learnt()))


def bring_all(room: Classroom, about: About, way: Mapping[str, Learnt], place: Place | None) -> str:
    """Bring all that the visitor has answered in the lessons of their class, and where they are; what is known there costs nothing.

    Returns:
        Why the class, which is still open, could not take it all; "" if it has.
    """
    me = visitor().id
    try:
        room.go(me, place)
        for lesson, learnt in way.items():
            if is_of_class(lesson, about):
                room.bring(me, lesson, learnt)
    except MnistlabError as error:
        return str(error) if classrooms().find(about.code) else ""
    return ""


def is_of_class(lesson: str, about: About) -> bool:
    """Return whether a lesson belongs to those of a class."""
    return not about.lessons or lesson in about.lessons
