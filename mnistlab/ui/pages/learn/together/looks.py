"""Looks at a class from a page that is open: how often, and what is drawn anew."""

from mnistlab.errors import StoreError
from mnistlab.store.class_roll import Roll
from mnistlab.store.classroom import About, Classroom, here
from mnistlab.ui.mends.reruns import rerun_page

# Seconds between two looks of teacher and projector.
LIVE_SECONDS = 1.0


def roll_now(room: Classroom, about: About) -> Roll:
    """Return who is in a class; if it has ended, or is at something else than the page was drawn with, draw the whole page anew. For fragments."""
    try:
        now = room.about()
    except StoreError:
        rerun_page()
    if now != about:
        rerun_page()
    return here(room.roll())
