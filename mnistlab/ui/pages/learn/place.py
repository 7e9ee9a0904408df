"""Where the visitor is on the page Learn, in its address: which lesson, and which step of it."""

from mnistlab.ui.state import links

PAGE = "pages/learn.py"
LESSON, STEP = "lesson", "step"


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


def go(lesson: str | None, step: int = 0) -> None:
    """Open a lesson at a step, or the list; the address follows. For callbacks."""
    links.put(LESSON, lesson, PAGE)
    links.put(STEP, str(step + 1) if lesson and step else None, PAGE)
