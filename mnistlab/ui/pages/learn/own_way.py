"""The visitor's own way through the lessons: read from the store, and changed in callbacks."""

from typing import Any

from mnistlab.lessons.lesson import CHECK_ID
from mnistlab.lessons.shelf import shelf
from mnistlab.settings import settings
from mnistlab.store.learning import Learning, Learnt
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.shell.own_class import bring
from mnistlab.ui.shell.visitors import network, visitor


def way() -> dict[str, Learnt]:
    """Return what the visitor has done, by the ids of lessons. It reads a file: once a run is enough."""
    return _learning().of(visitor().id)


def keep(lesson: str, step: str, answer: Any, throw: int | None = None) -> None:
    """Keep an answer to a step, by its id; None: forget it. For callbacks.

    Arguments: `throw`: the new case that it is about, if it is about one.
    """
    attempt(_learning().keep, visitor().id, lesson, step, answer, throw)
    _bring(lesson)


def judge(lesson: str, step: str, answer: Any, is_right: bool, throw: int | None = None) -> None:
    """Keep whether an answer was right."""
    attempt(_learning().judge, visitor().id, lesson, step, answer, is_right, throw)
    _bring(lesson)


def throw_again(lesson: str) -> None:
    """Take another new case. For callbacks."""
    attempt(_learning().throw_again, visitor().id, lesson, CHECK_ID)
    _bring(lesson)


def begin_again(lesson: str) -> None:
    """Forget the answers in a lesson; its check is another if it was answered. For callbacks."""
    attempt(_learning().begin_again, visitor().id, lesson, CHECK_ID)
    _bring(lesson)


def forget() -> None:
    """Forget the answers in all lessons. For callbacks."""
    before = way()
    attempt(_learning().forget, visitor().id)
    for lesson in before:
        _bring(lesson)


def _bring(lesson: str) -> None:
    """Let the class know, if the visitor is in one."""
    bring(lesson, way)


def _learning() -> Learning:
    home = settings().home
    return Learning(home, lambda lesson: shelf(home).ids_of(lesson), network())
