"""What a class sees on the projector, in large letters: how to join, the question, how many have answered, and how, once the teacher shows it."""

import streamlit as st

from mnistlab.lessons.case import NotHereError
from mnistlab.lessons.shelf import Shelf
from mnistlab.store.classroom import About, Classroom
from mnistlab.ui.pages.learn.live import live_of
from mnistlab.ui.pages.learn.place import TEACH, go_to_class
from mnistlab.ui.pages.learn.together.address import draw_address
from mnistlab.ui.pages.learn.together.asked import Asked, asked
from mnistlab.ui.pages.learn.together.bars import draw_answers, draw_one
from mnistlab.ui.pages.learn.together.looks import LIVE_SECONDS, roll_now
from mnistlab.ui.pages.learn.together.teacher import lessons_of, present_of
from mnistlab.ui.parts.text import as_html
from mnistlab.ui.shell.visitors import visitor


def draw_projector(room: Classroom, about: About, shelf: Shelf) -> None:
    """Draw what everybody may see of a class; no name stands there."""
    lessons = lessons_of(about, shelf)
    question = asked(lessons[(place := present_of(about, lessons))[0]], place)
    with st.container(key="learn-projector"):
        draw_address(about.code)
        st.html(f"<h1 class='lab-projected'>{as_html(question.title)}</h1>")
        words, picture = st.columns([3, 2], gap="large")
        words.html(f"<p class='lab-asked'>{as_html(question.words)}</p>")
        with picture:
            _draw_picture(question)

        @st.fragment(run_every=LIVE_SECONDS)
        def look() -> None:
            roll = roll_now(room, about)
            answered = question.each(roll)
            st.html(f"<p class='lab-count'><b>{len(answered)}</b> of <b>{len(roll)}</b> have answered</p>")
            if about.picked in answered:
                draw_one(question, answered[about.picked])
            if about.is_shown:
                draw_answers(question, roll)

        with words:
            look()
        if about.teacher == visitor().id:
            st.button(
                "Back to the controls",
                key="learn.project.back",
                icon=":material/arrow_back:",
                on_click=go_to_class,
                args=(TEACH, about.code),
            )


def _draw_picture(question: Asked) -> None:
    """Draw what the question is about, as everybody has it before them; nothing where the network in use has it not."""
    if question.moment is not None:
        try:
            live_of(question.step.part).given(question.step.part, question.moment)
        except NotHereError:
            return
