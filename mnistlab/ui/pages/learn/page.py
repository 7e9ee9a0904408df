"""The page Learn."""

from mnistlab.lessons.shelf import shelf
from mnistlab.settings import settings
from mnistlab.store.learning import Learnt
from mnistlab.ui.answers.asking import wait_for_answers
from mnistlab.ui.pages.learn.lesson_view import Opened, draw_lesson
from mnistlab.ui.pages.learn.overview import draw_overview
from mnistlab.ui.pages.learn.own_way import way
from mnistlab.ui.pages.learn.place import go, is_sheet_shown, lesson_shown, step_shown
from mnistlab.ui.pages.learn.sheet.page import draw_sheet
from mnistlab.ui.pages.learn.together.door import draw_doors
from mnistlab.ui.pages.learn.together.views import chosen, draw_class, follow_class
from mnistlab.ui.parts.text import warn
from mnistlab.ui.state import links


def draw_learn() -> None:
    """Draw the list of lessons, the one that is open, or a view of a class."""
    lessons, name = shelf(settings().home), lesson_shown()
    if settings().lab and draw_class(lessons):
        links.write({})
        wait_for_answers()
        return
    lesson = None if name is None else lessons.find(name)
    if name is not None and lesson is None:
        warn(f"There is no lesson “{name[:40]}” here; these are the ones there are.")
        go(None)
    at = step_shown(len(lesson.places)) if lesson else 0
    # Read once a run: it is a file.
    own = way()
    held = follow_class(lessons, (name, lesson.ids[at]) if name and lesson else None, own)
    if held is not None:
        name = held[0]
        lesson, at = lessons.find(name), lessons.ids_of(name).index(held[1])
        go(name, at)
    links.write({})
    if is_sheet_shown() and held is None:
        draw_sheet({**lessons.own, **lessons.lab}, own)
        return
    if name is None or lesson is None:
        draw_overview(lessons, own, chosen())
        if settings().lab:
            draw_doors(lessons)
        return
    draw_lesson(Opened(name, lesson, at, own.get(name, Learnt())), is_held=held is not None)
    wait_for_answers()
