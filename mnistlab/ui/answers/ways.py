"""How a page gets an answer, by the time that takes: one policy for all of them.

What is kept from earlier, a page has at once. Else: a visitor waits for a short answer; a worker steps aside with one that takes a moment, so that
shorter ones come first, and it tells how far it is and can be cancelled (`asking.py`, `waiting.py`); what takes longer than a visitor likes to
sit and look on is a run, which goes on when they leave, and begins when they press its button (`job.py`).
"""

from typing import Literal

Way = Literal["at once", "aside", "run"]
# What takes longer is felt as waiting; the page draws itself beside that.
AT_ONCE_SECONDS = 0.35
ASIDE_SECONDS = 4.0


def way_to(seconds: float) -> Way:
    """Return how a page gets an answer that takes about so many seconds on two cores."""
    if seconds <= AT_ONCE_SECONDS:
        return "at once"
    return "aside" if seconds <= ASIDE_SECONDS else "run"
