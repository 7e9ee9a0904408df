"""Where the visitor is on the page Learn, in its address: which lesson, and which step of it."""

from mnistlab.ui.state import links

PAGE = "pages/learn.py"
LESSON, STEP = "lesson", "step"
# By the code of a class: its door, what its teacher sees, and what the projector shows.
CLASS, TEACH, PROJECT = "class", "teach", "project"
SHEET = "sheet"


def lesson_shown() -> str | None:
    """Return the id of the lesson that is open, as the visitor chose it or as the link asks; None on the list of lessons."""
    return links.parameter(LESSON, PAGE)


def step_shown(count: int) -> int:
    """Return the number of the step that is open, counted from 0; the first one, also in the address, where the link asks for none there is."""
    text = links.parameter(STEP, PAGE) or "1"
    number = int(text) - 1 if text.isascii() and text.isdecimal() and len(text) < 4 else -1
    if not 0 <= number < count:
        number = 0
        links.put(STEP, None, PAGE)
    return number


def class_shown() -> tuple[str, str]:
    """Return which view of a class is open, CLASS, TEACH or PROJECT, and the code in the address; two empty texts for none."""
    codes = {view: links.parameter(view, PAGE) for view in (PROJECT, TEACH, CLASS)}
    return next(((view, code) for view, code in codes.items() if code is not None), ("", ""))


def go_to_class(view: str, code: str) -> None:
    """Open a view of a class; "": none. For callbacks."""
    for other in (CLASS, TEACH, PROJECT):
        links.put(other, code if other == view else None, PAGE)


def is_sheet_shown() -> bool:
    """Return whether the visitor's sheet is open."""
    return links.parameter(SHEET, PAGE) is not None


def show_sheet(shown: bool) -> None:
    """Open or close the visitor's sheet. For callbacks."""
    links.put(SHEET, "yes" if shown else None, PAGE)


def go(lesson: str | None, step: int = 0) -> None:
    """Open a lesson at a step, or the list; the address follows. For callbacks."""
    links.put(LESSON, lesson, PAGE)
    links.put(STEP, str(step + 1) if lesson and step else None, PAGE)
