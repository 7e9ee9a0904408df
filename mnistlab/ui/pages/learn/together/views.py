"""The views of a class on the page Learn: which of them is open, and what a member's page does for it."""

from collections.abc import Mapping, Sequence

from mnistlab.errors import StoreError
from mnistlab.lessons.shelf import Shelf
from mnistlab.store.class_roll import Place
from mnistlab.store.learning import Learnt
from mnistlab.ui.pages.learn.place import CLASS, PROJECT, class_shown, go_to_class
from mnistlab.ui.pages.learn.together.address import spaced
from mnistlab.ui.pages.learn.together.door import draw_door, look_for
from mnistlab.ui.pages.learn.together.projector import draw_projector
from mnistlab.ui.pages.learn.together.student import draw_strip, held_place
from mnistlab.ui.pages.learn.together.teacher import draw_teacher
from mnistlab.ui.parts.complaints import draw_complaints
from mnistlab.ui.parts.text import tell, warn
from mnistlab.ui.shell.own_class import bring_all, classrooms, has_ended, my_class
from mnistlab.ui.shell.visitors import visitor


def draw_class(lessons: Shelf) -> bool:
    """Draw the view of a class that is open; return whether there is one."""
    view, code = class_shown()
    if not view:
        return False
    room = look_for(code)
    # Whoever is in it already has nothing to do at its door.
    if room is None or (view == CLASS and room.member(visitor().id)):
        draw_complaints()
        go_to_class("", "")
        return False
    try:
        about = room.about()
    except StoreError as error:
        warn(str(error))
        go_to_class("", "")
        return False
    if view == PROJECT:
        draw_projector(room, about, lessons)
    elif view == CLASS:
        draw_door(room, about)
    elif about.teacher == visitor().id:
        draw_teacher(room, about, lessons)
    else:
        warn("This class was opened by somebody else, or in another browser. Only who opened it sees its answers.")
        go_to_class("", "")
        return False
    return True


def follow_class(lessons: Shelf, place: Place | None, way: Mapping[str, Learnt]) -> Place | None:
    """Draw the class the visitor is in, and bring to it where they are and what they have answered.

    Arguments:
        lessons: that are at hand.
        place: that the visitor has opened; None on the list.
        way: of the visitor.

    Returns:
        The step at which the class is held, which takes the place of the visitor's own.
    """
    mine = my_class()
    if mine is None:
        code = has_ended()
        if code:
            # They may have left it in another tab.
            is_open = classrooms().find(code) is not None
            tell(
                f"You are no longer in the class {spaced(code)}. Your answers are still yours."
                if is_open
                else f"The class {spaced(code)} has ended. Your answers are still yours."
            )
        return None
    room, about = mine
    held = held_place(about, lessons)
    draw_strip(room, about)
    complaint = bring_all(room, about, way, held or place)
    if complaint:
        warn(complaint)
    return held


def chosen() -> Sequence[str] | None:
    """Return the lessons of the class the visitor is in, none where it has all; None if they are in no class."""
    mine = my_class()
    return None if mine is None else mine[1].lessons
