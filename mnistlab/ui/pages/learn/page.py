"""The page Learn."""

from mnistlab.lessons.shelf import shelf
from mnistlab.settings import settings
from mnistlab.ui.answers.asking import wait_for_answers
from mnistlab.ui.pages.learn.lesson_view import draw_lesson
from mnistlab.ui.pages.learn.overview import draw_overview
from mnistlab.ui.pages.learn.own_way import way
from mnistlab.ui.pages.learn.place import go, lesson_shown, step_shown
from mnistlab.ui.parts.text import warn
from mnistlab.ui.state import links


def draw_learn() -> None:
    """Draw the list of lessons, or the one that is open."""
    lessons, name = shelf(settings().home), lesson_shown()
    lesson = None if name is None else lessons.find(name)
    if name is not None and lesson is None:
        warn(f"There is no lesson “{name[:40]}” here; these are the ones there are.")
        go(None)
    if name is None or lesson is None:
        links.write({})
        draw_overview(lessons, way())
        return
    at = step_shown(len(lesson.places))
    links.write({})
    draw_lesson(name, lesson, at)
    wait_for_answers()
