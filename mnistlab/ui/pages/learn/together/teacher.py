"""What the teacher of a class sees, live: where everybody is, how the answers to the present step are spread, and who gave which."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from mnistlab.lessons.lesson import Lesson
from mnistlab.lessons.shelf import Shelf
from mnistlab.lessons.spread import Bar
from mnistlab.store.class_roll import Place, Roll
from mnistlab.store.classroom import About, Classroom, here
from mnistlab.ui.mends.beginning import set_to
from mnistlab.ui.pages.learn.place import PROJECT, go_to_class
from mnistlab.ui.pages.learn.together.address import draw_address, spaced
from mnistlab.ui.pages.learn.together.ahead import draw_ahead
from mnistlab.ui.pages.learn.together.asked import Asked, asked
from mnistlab.ui.pages.learn.together.bars import draw_answers, draw_bars
from mnistlab.ui.pages.learn.together.door import AGE_WORDS, end_class
from mnistlab.ui.pages.learn.together.looks import LIVE_SECONDS, roll_now
from mnistlab.ui.pages.learn.together.trainings import draw_trainings
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.parts.text import as_html, inert, note, tell
from mnistlab.ui.shell.frame import shared_parameters
from mnistlab.ui.shell.visitors import visitor

LESSON, STEP = "learn.teach.lesson", "learn.teach.step"
COMPARE, NAMES, PICKED, CHECK = "learn.teach.compare", "learn.teach.names", "learn.teach.picked", "Check"
# What is shown of a question is not shown of the next.
HIDDEN: dict[str, Any] = {"is_shown": False, "picked": ""}


def lessons_of(about: About, lessons: Shelf) -> dict[str, Lesson]:
    """Return the lessons of a class by their ids, in the order of the shelf; all where none of those chosen is left."""
    every = {**lessons.own, **lessons.lab}
    return {name: lesson for name, lesson in every.items() if name in about.lessons} or every


def present_of(about: About, lessons: dict[str, Lesson]) -> Place:
    """Return the step the class is at; the first of all where the teacher has chosen none."""
    if about.present and about.present[0] in lessons and about.present[1] in lessons[about.present[0]].ids:
        return about.present
    return _first(next(iter(lessons)), lessons)


def _first(name: str, lessons: dict[str, Lesson]) -> Place:
    """Return the first step of a lesson."""
    return name, lessons[name].ids[0]


def draw_teacher(room: Classroom, about: About, shelf: Shelf) -> None:
    """Draw the teacher's view of their class."""
    lessons = lessons_of(about, shelf)
    place = present_of(about, lessons)
    st.title(f"Your class {inert(spaced(about.code))}")
    if about.title:
        st.markdown(f"**{inert(about.title)}**")
    live, entry = st.columns([3, 2], gap="large")
    with entry:
        draw_address(about.code)
        draw_ahead(lessons[place[0]])
        _draw_ends(room, about)
    with live:
        _draw_controls(room, about, lessons, place)
        question = asked(lessons[place[0]], place)
        _live(room, about, lessons, question)
    if st.toggle("Compare the trainings of this class", key=COMPARE):
        draw_trainings(about, here(room.roll()))


def _draw_controls(room: Classroom, about: About, lessons: dict[str, Lesson], place: Place) -> None:
    """Draw which step the class is at, and what the teacher can do with it."""
    set_to(LESSON, place[0])
    st.selectbox(
        "Lesson",
        list(lessons),
        list(lessons).index(place[0]),
        key=LESSON,
        format_func=lambda name: inert(lessons[name].title),
        on_change=attempt,
        args=(_choose_lesson, room, lessons),
    )
    ids = lessons[place[0]].ids
    steps, key = list(range(len(ids))), f"{STEP}.{place[0]}"
    set_to(key, ids.index(place[1]))
    st.segmented_control(
        "Step",
        steps,
        default=ids.index(place[1]),
        key=key,
        required=True,
        format_func=lambda step: CHECK if step == steps[-1] else str(step + 1),
        on_change=attempt,
        args=(_choose_step, room, place[0], ids, key),
    )
    row = st.container(horizontal=True)
    held, shown = about.is_held, about.is_shown
    _switch(row, room, "hold", "Let them go on" if held else "Hold everybody here", lessons, is_held=not held)
    _switch(row, room, "show", "Hide the answers" if shown else "Show the answers to all", lessons, is_shown=not shown)
    # In a window of its own, which goes to the wall while this one stays with the teacher; of the same network and digits.
    address = urlencode({PROJECT: about.code, **shared_parameters()})
    row.link_button("Projector view", f"?{address}", icon=":material/cast:")


def _switch(row: Any, room: Classroom, name: str, label: str, lessons: dict[str, Lesson], **change: bool) -> None:
    row.button(inert(label), key=f"learn.teach.{name}", on_click=attempt, args=(_change, room, lessons, change))


def _change(room: Classroom, lessons: dict[str, Lesson], change: dict[str, bool]) -> None:
    # The step as it is at this moment, for this button may have been drawn before another was chosen.
    room.change(visitor().id, present=present_of(room.about(), lessons), **change)


def _choose_lesson(room: Classroom, lessons: dict[str, Lesson]) -> None:
    room.change(visitor().id, present=_first(str(st.session_state[LESSON]), lessons), **HIDDEN)


def _choose_step(room: Classroom, lesson: str, ids: Sequence[str], key: str) -> None:
    room.change(visitor().id, present=(lesson, ids[int(st.session_state[key])]), **HIDDEN)


def _live(room: Classroom, about: About, lessons: dict[str, Lesson], question: Asked) -> None:
    @st.fragment(run_every=LIVE_SECONDS)
    def look() -> None:
        roll = roll_now(room, about)
        _draw_spread(roll, question)
        _draw_places(roll, lessons, question.place[0])
        # Off at first: this screen may be the one on the wall.
        if st.toggle("Who said what", key=NAMES):
            _draw_names(room, about, roll, question)

    look()


def _draw_spread(roll: Roll, question: Asked) -> None:
    answers = question.answers(roll)
    said = [roll[visitor_id].said[question.place] for visitor_id in answers]
    st.html(
        f"<p class='lab-count'><b>{len(said)}</b> of <b>{len(roll)}</b> have answered</p><p class='lab-asked'>{as_html(question.words)}</p>"
    )
    draw_answers(question, roll)
    judged = [one.right for one in said if one.right is not None]
    if judged:
        note(f"{sum(judged)} of {len(judged)} were right with the network they used.")


def _draw_places(roll: Roll, lessons: dict[str, Lesson], lesson: str) -> None:
    """Draw how many are where: at each step of the present lesson, in other lessons, on the list."""
    at = Counter(member.at for member in roll.values())
    ids = lessons[lesson].ids
    bars = [
        Bar(CHECK if step == ids[-1] else f"Step {number}", at[(lesson, step)])
        for number, step in enumerate(ids, start=1)
    ]
    for name, other in lessons.items():
        count = sum(number for place, number in at.items() if place is not None and place[0] == name != lesson)
        if count:
            bars.append(Bar(other.title, count))
    elsewhere = len(roll) - sum(bar.count for bar in bars)
    st.html("<p class='lab-step'>Where they are</p>")
    draw_bars([*bars, Bar("elsewhere", elsewhere)])


def _draw_names(room: Classroom, about: About, roll: Roll, question: Asked) -> None:
    """Draw each member's answer, and the choice of one to stand on the projector."""
    answers = question.answers(roll)
    rows = ""
    for visitor_id, member in roll.items():
        said = member.said.get(question.place)
        mark = "" if said is None or said.right is None else (" ✓" if said.right else " ✗")
        name = _name_of(visitor_id, roll)
        rows += f"<tr><th scope='row'>{as_html(name)}</th><td>{as_html(answers.get(visitor_id, '–') + mark)}</td></tr>"
    if not roll:
        tell("Nobody has joined yet.")
    else:
        st.html(f"<table class='lab-roll'>{rows}</table>")
    options = ["", *answers]
    picked = about.picked if about.picked in options else ""
    set_to(PICKED, picked)
    st.selectbox(
        "One answer on the projector, without its name",
        options,
        options.index(picked),
        key=PICKED,
        format_func=lambda one: inert(_name_of(one, roll)) if one else "none",
        on_change=attempt,
        args=(_pick, room),
    )


def _name_of(visitor_id: str, roll: Roll) -> str:
    member = roll.get(visitor_id)
    return member.name if member and member.name else f"without a name ({visitor_id[:4]})"


def _pick(room: Classroom) -> None:
    room.change(visitor().id, picked=str(st.session_state[PICKED]))


def _draw_ends(room: Classroom, about: About) -> None:
    """Draw how long the class is open, and the button that ends it."""
    days = round((about.ends - about.opened) / 86_400)
    note(f"It is open {AGE_WORDS.get(days, 'for a while')}, then it ends by itself and its answers are gone.")
    row = st.container(horizontal=True)
    row.button("All lessons", key="learn.teach.back", icon=":material/arrow_back:", on_click=go_to_class, args=("", ""))
    with row.popover("End the class", icon=":material/stop_circle:"):
        st.markdown(
            "All answers in it are removed. What students keep of their own way through the lessons stays theirs."
        )
        st.button("End it now", key="learn.teach.end", type="primary", on_click=attempt, args=(end_class, room))
