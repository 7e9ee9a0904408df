"""All lessons, what the visitor can explain by now, and what is still open."""

from collections.abc import Mapping, Sequence

import streamlit as st

from mnistlab.lessons.lesson import CHECK_ID, Lesson
from mnistlab.lessons.shelf import Shelf
from mnistlab.store.learning import Learnt
from mnistlab.ui.pages.learn.own_way import forget
from mnistlab.ui.pages.learn.place import go, show_sheet
from mnistlab.ui.parts.text import as_html, inert, note, warn


def draw_overview(lessons: Shelf, way: Mapping[str, Learnt], chosen: Sequence[str] | None = None) -> None:
    """Draw the list of lessons.

    Arguments:
        lessons: that are at hand.
        way: what the visitor has done, by the ids of lessons.
        chosen: the lessons of the class they are in, to stand first, empty for all; None: they are in none.
    """
    st.title("Learn how it works, and why")
    st.markdown(
        "Each lesson takes a few minutes. You **predict** what will happen, then **look** at it in the network itself, then read **why**. "
        "Begin anywhere; your answers are kept for you, and shown to nobody else"
        + ("." if chosen is None else " but to whoever opened your class.")
    )
    every = {**lessons.own, **lessons.lab}
    of_class = {name: every[name] for name in every if name in (chosen or ())}
    # One button stands out: of ten equal ones none says where to begin.
    open_still = (name for name in {**of_class, **every} if not _is_through(every[name], way.get(name, Learnt())))
    following = next(open_still, None)
    if of_class:
        st.header("Of your class")
        _draw_cards(of_class, way, "class", following)
        st.header("Other lessons")
    _draw_cards({name: lesson for name, lesson in lessons.own.items() if name not in of_class}, way, "own", following)
    if lessons.lab or lessons.misfits:
        st.header("Of this lab")
        _draw_cards(
            {name: lesson for name, lesson in lessons.lab.items() if name not in of_class}, way, "lab", following
        )
        for misfit in lessons.misfits:
            warn(f"A lesson of this lab cannot be shown: {misfit}")
    _draw_standing(every, way)


def _draw_cards(lessons: Mapping[str, Lesson], way: Mapping[str, Learnt], key: str, following: str | None) -> None:
    with st.container(key=f"learn-lessons-{key}"):
        for number, (name, lesson) in enumerate(lessons.items(), start=1):
            learnt = way.get(name, Learnt())
            with st.container(border=True, gap="xsmall"):
                st.html(
                    f"<h2 class='lab-lesson'><span>{number}</span> {as_html(lesson.title)}</h2>"
                    f"<p class='lab-lesson-what'>After it you can {as_html(lesson.can)}</p>"
                )
                row = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
                at = first_open(lesson, learnt)
                begun = bool(learnt.answers)
                row.button(
                    "Go on" if begun else "Begin",
                    key=f"learn.open.{name}",
                    type="primary" if name == following else "secondary",
                    icon=":material/arrow_forward:",
                    on_click=go,
                    args=(name, at),
                    help=f"Lesson {number}, about {lesson.minutes} minutes",
                )
                note(f"{how_far(lesson, learnt)} · {lesson.minutes} minutes", row)


def first_open(lesson: Lesson, learnt: Learnt) -> int:
    """Return the first step without an answer; the first of all where none is left."""
    return next((place for place, step in enumerate(lesson.ids) if step not in learnt.answers), 0)


def _is_through(lesson: Lesson, learnt: Learnt) -> bool:
    return all(step in learnt.answers for step in lesson.ids)


def how_far(lesson: Lesson, learnt: Learnt) -> str:
    """Return how far somebody has come, in a word or two."""
    total = len(lesson.places)
    done = sum(step in learnt.answers for step in lesson.ids)
    if not done:
        return "Not begun"
    return f"{done} of {total} answered" if done < total else "All answered"


def _draw_standing(lessons: Mapping[str, Lesson], way: Mapping[str, Learnt]) -> None:
    """Draw what one can explain by now, and what is still open; nothing before there is something."""
    begun = {name: lesson for name, lesson in lessons.items() if name in way and way[name].answers}
    if not begun:
        return
    can = [lesson for name, lesson in begun.items() if way[name].right.get(CHECK_ID)]
    still = [lesson for name, lesson in begun.items() if lesson not in can]
    left, right = st.columns(2, gap="large")
    with left:
        st.header("You can explain by now")
        _draw_list(can, "Nothing yet: a lesson's check, at its end, shows it.")
    with right:
        st.header("Begun and still open")
        _draw_list(still, "Nothing: every lesson you began ended with a right answer.")
    row = st.container(horizontal=True)
    row.button("Take it home", key="learn.sheet", icon=":material/description:", on_click=show_sheet, args=(True,))
    with row.popover("Start again", icon=":material/restart_alt:"):
        st.markdown("Forget all your answers in all lessons. This cannot be undone.")
        st.button("Forget all answers", key="learn.forget", on_click=forget)


def _draw_list(lessons: list[Lesson], instead: str) -> None:
    if not lessons:
        note(instead)
    for lesson in lessons:
        st.markdown(f"- **{inert(lesson.title)}**: {inert(lesson.can)}")
