"""The door of a class: students join with a code or a link, whoever teaches opens one, and finds their own again."""

import streamlit as st

from mnistlab.errors import BusyError, RightsError, StoreError
from mnistlab.lessons.shelf import Shelf
from mnistlab.logs import audit
from mnistlab.refusals import refused, seldom_refused
from mnistlab.store.class_roll import is_lesson_id
from mnistlab.store.classroom import About, Classroom, here
from mnistlab.store.classrooms import AGES
from mnistlab.store.visitors import LONGEST_NICKNAME
from mnistlab.ui.gate.allowances import Allowances
from mnistlab.ui.mends.beginning import begin_at
from mnistlab.ui.pages.learn.place import CLASS, TEACH, go_to_class
from mnistlab.ui.pages.learn.together.address import spaced
from mnistlab.ui.parts.complaints import announce, attempt, complain
from mnistlab.ui.parts.text import inert, note
from mnistlab.ui.shell.own_class import SEEN, classrooms
from mnistlab.ui.shell.visitors import network, visitor

GIVEN, NAME = "learn.class.code", "learn.class.name"
TITLE, LESSONS, DAYS = "learn.class.title", "learn.class.lessons", "learn.class.days"
AGE_WORDS = {1: "for a day", 7: "for a week", 28: "for four weeks"}
# Wrong codes of a visitor, and of all behind one network address, in a minute. Of 64 million codes 60 are in use at most: a program that guesses needs most
# of a day for one. Whoever guesses as a hundred made-up visitors uses up the tries of their address, and whoever is new there finds no class meanwhile:
# to let a right code in all the same would tell it from the wrong ones (docs/security.md).
_tries, _tries_of_network = Allowances(10, 60.0), Allowances(1_000, 60.0)
_codes_refused = seldom_refused()
# Classes opened from one network address in an hour.
_openings = Allowances(20, 3600.0)


def draw_doors(lessons: Shelf) -> None:
    """Draw the ways into a class on the list of lessons, and the classes the visitor teaches."""
    for about in classrooms().all():
        if about.teacher == visitor().id:
            _draw_own(about)
    row = st.container(horizontal=True)
    with row.popover("Join a class", icon=":material/group_add:"):
        st.text_input("Its code", max_chars=20, key=GIVEN, placeholder="BCD FGH")
        st.button("Go to the class", key="learn.class.find", on_click=_find)
    with row.popover("Open a class", icon=":material/co_present:"):
        note(
            "Students join with a code and follow the lessons. You see where they are and how their answers are spread; nobody else sees whose "
            "answer is whose."
        )
        st.text_input("Its name, if you like", max_chars=60, key=TITLE)
        titles = {name: lesson.title for name, lesson in {**lessons.own, **lessons.lab}.items()}
        st.multiselect(
            "Its lessons",
            list(titles),
            key=LESSONS,
            format_func=lambda name: inert(titles[name]),
            placeholder="all of them",
        )
        st.selectbox(
            "It is open",
            list(AGES),
            begin_at(DAYS, AGES, AGES[0]),
            key=DAYS,
            format_func=lambda days: AGE_WORDS[days],
            help="Then it ends by itself, and its answers are gone.",
        )
        st.button("Open it", key="learn.class.open", type="primary", on_click=attempt, args=(_open,))


def _draw_own(about: About) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Your class {inert(spaced(about.code))}** {inert(about.title)}")
        st.button(
            "Teach",
            key=f"learn.class.teach.{about.code}",
            icon=":material/co_present:",
            on_click=go_to_class,
            args=(TEACH, about.code),
        )


def draw_door(room: Classroom, about: About) -> None:
    """Draw what joining a class means, and its button."""
    st.title(f"Join the class {inert(spaced(about.code))}")
    if about.title:
        st.markdown(f"**{inert(about.title)}**")
    st.markdown(
        "You work through its lessons on your own screen. Whoever opened the class sees where you are, and your answers in its lessons, also those "
        "you gave before, with the name you give here or without one. Nobody else sees whose they are. When the class ends, they are gone there; your "
        "own way through the lessons stays yours."
    )
    st.text_input("Your name in this class, if you like", max_chars=LONGEST_NICKNAME, key=NAME)
    row = st.container(horizontal=True)
    row.button(
        "Join", key="learn.class.join", type="primary", icon=":material/login:", on_click=attempt, args=(_join, room)
    )
    row.button("Not now", key="learn.class.not", on_click=go_to_class, args=("", ""))
    count = len(here(room.roll()))
    note("Nobody has joined yet." if not count else "One has joined." if count == 1 else f"{count} have joined.")


def _find() -> None:
    """Go to the door of the class whose code stands there."""
    room = look_for(str(st.session_state.get(GIVEN, "")))
    if room is not None:
        go_to_class(CLASS, room.path.name)


def look_for(code: str) -> Classroom | None:
    """Return the open class of a code; else complain. After many wrong codes only one's own classes are found for some time."""
    me, room = visitor().id, classrooms().find(code)
    try:
        if room is not None and (room.about().teacher == me or room.member(me)):
            return room
    except StoreError as error:
        # It has ended since it was found.
        complain(str(error))
        return None
    address = network() or me
    if _tries.left(me) < 1 or _tries_of_network.left(address) < 1:
        sentence = "Many wrong codes were tried in the last minute. Wait a minute."
        complain(str(refused(RightsError(sentence), me, "many wrong codes of classes", _codes_refused)))
        return None
    if room is None:
        _tries.may(me)
        _tries_of_network.may(address)
        complain(
            f"There is no open class with the code “{code[:20]}”. A code has six letters; a class that has ended has none."
        )
    return room


def _join(room: Classroom) -> None:
    me = visitor().id
    room.join(me, str(st.session_state.get(NAME, "")), network())
    st.session_state[SEEN] = room.path.name
    go_to_class("", "")
    audit("class joined", visitor=me)


def _open() -> None:
    if not _openings.may(network() or visitor().id):
        sentence = "Many classes were opened from your network in the last hour. Open yours later."
        raise refused(BusyError(sentence), visitor().id, "many classes were opened at one address")
    state, me = st.session_state, visitor().id
    chosen = [str(name) for name in state.get(LESSONS, []) if is_lesson_id(str(name))]
    room = classrooms().open(me, str(state.get(TITLE, "")), chosen, int(state.get(DAYS, AGES[0])), network())
    go_to_class(TEACH, room.path.name)
    announce("Your class is open.")
    audit("class opened", visitor=me)


def end_class(room: Classroom) -> None:
    """End a class and remove all that was said in it. For callbacks of its teacher.

    Raises:
        RightsError: the visitor is not its teacher.
        StoreError: it cannot be removed.
    """
    room.change(visitor().id)
    classrooms().end(room.path.name)
    go_to_class("", "")
    announce("The class has ended; its answers are gone.")
    audit("class ended", by=visitor().id)
