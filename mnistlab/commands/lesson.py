"""A lesson file -> what is wrong with it, or what it holds."""

from pathlib import Path

from mnistlab.commands import Printed
from mnistlab.errors import LessonError
from mnistlab.lessons.shelf import load_lesson


def check(path: Path) -> Printed:
    """Return title, steps and live parts of a lesson.

    Raises:
        LessonError: with every fault and its line.
    """
    found = load_lesson(path)
    if isinstance(found, list):
        raise LessonError(f"{path.name}: " + " ".join(str(fault) for fault in found))
    return {
        "title": found.title,
        "minutes": found.minutes,
        "steps": len(found.places),
        "parts": [step.part.kind for step in found.places],
    }
