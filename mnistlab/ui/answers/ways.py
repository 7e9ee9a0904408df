"""How a page gets an answer, depending on the time it takes: one policy for all pages.

A cached answer is used at once. Otherwise a visitor waits for a short answer; a longer one runs aside in a worker, so that
shorter ones come first, with progress and Cancel (`asking.py`, `waiting.py`); one that takes longer than a visitor would
watch is a run, which is started by a button and continues when they leave (`job.py`).
"""

from typing import Literal

Way = Literal["at once", "aside", "run"]
# Longer answers feel like waiting; drawing the page takes time, too.
AT_ONCE_SECONDS = 0.35
ASIDE_SECONDS = 4.0


def way_to(seconds: float) -> Way:
    """Return how a page gets an answer that takes about `seconds` on two cores."""
    if seconds <= AT_ONCE_SECONDS:
        return "at once"
    return "aside" if seconds <= ASIDE_SECONDS else "run"
