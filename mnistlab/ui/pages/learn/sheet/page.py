"""The view in which a learner takes their sheet home."""

import time
from collections.abc import Mapping

import streamlit as st

from mnistlab.lessons.lesson import Lesson
from mnistlab.settings import settings
from mnistlab.store.learning import Learnt
from mnistlab.ui.pages.learn.place import show_sheet
from mnistlab.ui.pages.learn.sheet.content import chapters_of
from mnistlab.ui.pages.learn.sheet.texts import html_of, markdown_of
from mnistlab.ui.parts.text import inert, note, tell
from mnistlab.ui.shell.frame import model_in_use, model_title
from mnistlab.ui.shell.visitors import visitor

HEAD = "What I have learnt about a small network that reads digits"


def draw_sheet(lessons: Mapping[str, Lesson], way: Mapping[str, Learnt]) -> None:
    """Draw what stands on the visitor's sheet, and the buttons that load it down.

    Arguments:
        lessons: that are at hand, by their ids.
        way: of the visitor.
    """
    st.title("Your sheet")
    chapters = chapters_of(lessons, way)
    if not chapters:
        tell("You have answered nothing yet: what you answer in the lessons stands here.")
    else:
        st.markdown(
            "Your answers, what came of them, the pictures that were made for them, and links back to them: to keep, or to print."
        )
        whose = f"{visitor().nickname}, " if settings().lab else ""
        beneath = f"{whose}{time.strftime('%Y-%m-%d')}. Network: {model_title(model_in_use())}."
        row = st.container(horizontal=True)
        row.download_button(
            "To print (HTML)", html_of(HEAD, beneath, chapters), "lessons.html", "text/html", on_click="ignore"
        )
        row.download_button(
            "Markdown", markdown_of(HEAD, beneath, chapters), "lessons.md", "text/markdown", on_click="ignore"
        )
        for chapter in chapters:
            right = sum(entry.is_right is True for entry in chapter.entries)
            st.markdown(f"**{inert(chapter.title)}**: {len(chapter.entries)} answered, {right:d} right")
        note("Pictures of ascents and dreams stand there as long as this server remembers them.")
    st.button("All lessons", key="learn.sheet.back", icon=":material/arrow_back:", on_click=show_sheet, args=(False,))
