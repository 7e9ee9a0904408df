"""The visitor's own way through the lessons: read from the store, and changed in callbacks."""

from typing import Any

from mnistlab.settings import settings
from mnistlab.store.learning import Learning, Learnt
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.shell.visitors import visitor


def way() -> dict[str, Learnt]:
    """Return what the visitor has done, by the ids of lessons."""
    return _learning().of(visitor().id)


def keep(lesson: str, step: int, answer: Any) -> None:
    """Keep an answer; None: forget it. For callbacks."""
    attempt(_learning().keep, visitor().id, lesson, step, answer)


def judge(lesson: str, step: int, is_right: bool) -> None:
    """Keep whether an answer was right."""
    attempt(_learning().judge, visitor().id, lesson, step, is_right)


def throw_again(lesson: str, step: int) -> None:
    """Take another new case. For callbacks."""
    attempt(_learning().throw_again, visitor().id, lesson, step)


def begin_again(lesson: str, check: int) -> None:
    """Forget the answers in a lesson; its check, the step of that number, is another if it was answered. For callbacks."""
    attempt(_learning().begin_again, visitor().id, lesson, check)


def forget() -> None:
    """Forget the answers in all lessons. For callbacks."""
    attempt(_learning().forget, visitor().id)


def _learning() -> Learning:
    return Learning(settings().home)
