"""A class: who teaches it, what it is at, and what its members answer; a folder of its own until it ends.

Several servers may write to one class: its description is replaced under a lock, the roll is appended to (`class_roll.py`).
"""

import contextlib
import re
import time
from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from mnistlab.errors import RightsError, StoreError
from mnistlab.keeping import Recent
from mnistlab.refusals import refused, seldom_refused
from mnistlab.store.class_roll import (
    AT,
    JOIN,
    LEAVE,
    MOST_MEMBERS,
    MOST_OF_A_MEMBER,
    SAID,
    Member,
    Place,
    Roll,
    RollLog,
    Said,
    as_line,
    clean_member_name,
    is_lesson_id,
    is_short,
    place_of,
)
from mnistlab.store.files import append_bytes, lock_file, read_json, write_json
from mnistlab.store.learning import Learnt
from mnistlab.store.origins import Origins
from mnistlab.store.run_info import clean_name, clean_time
from mnistlab.store.visitors import VISITOR_ID

# No vowels, so that no code is a word; no letter that looks or sounds like a digit that could be meant.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
CODE = re.compile(f"[{LETTERS}]{{6}}")
# Of one class, for its roll is kept in memory; the lines of thirty members take a tenth of it.
MOST_BYTES = 8_000_000
ABOUT, ROLL, LOCK = "class.json", "roll.jsonl", ".lock"
ENDED, UNREADABLE = "This class has ended.", "What is known of this class cannot be read."
# More than there may be classes.
_logs: Recent[RollLog] = Recent(120)
# A page brings what has found no place again each time it is drawn.
_full = seldom_refused()
# Of the members of all classes.
_origins = Origins("members of this class", "Tell whoever opened it.")
_joining = Lock()


@dataclass(frozen=True)
class About:
    """What is known of a class without its members.

    Attributes:
        code: what students type.
        teacher: id of the visitor who opened it.
        title: its name; "" for none.
        lessons: ids of the lessons chosen for it; empty for all.
        opened, ends: in seconds since the epoch.
        present: the lesson and step the teacher looks at; None for none.
        is_held: whether everybody stays there.
        is_shown: whether the answers to it may be seen by all.
        picked: id of the member whose answer to it all may see, without a name; "" for none.
    """

    code: str
    teacher: str
    title: str
    lessons: tuple[str, ...]
    opened: float
    ends: float
    present: Place | None = None
    is_held: bool = False
    is_shown: bool = False
    picked: str = ""

    @property
    def held(self) -> Place | None:
        """The step at which everybody is held."""
        return self.present if self.is_held else None


def clean_code(text: str) -> str:
    """Return what somebody typed as a code, in capital letters and without blanks and dashes; "" if it cannot be one."""
    letters = "".join(text[:40].upper().replace("-", " ").split())
    return letters if CODE.fullmatch(letters) else ""


class Classroom:
    """One class that is open."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def about(self) -> About:
        """Return its description.

        Raises:
            StoreError: it has ended, or its description cannot be read.
        """
        about = self.kept_about()
        if about.ends <= time.time():
            raise StoreError(ENDED)
        return about

    def kept_about(self) -> About:
        """Return its description as it is kept, also when its time is over.

        Raises:
            StoreError: it has been removed, or its description cannot be read.
        """
        try:
            stat = (self.path / ABOUT).stat()
        except (FileNotFoundError, NotADirectoryError):
            raise StoreError(ENDED) from None
        except OSError:
            raise StoreError(UNREADABLE) from None
        return _read_about(self.path / ABOUT, stat.st_mtime_ns, stat.st_ino)

    def change(self, teacher: str, **about: Any) -> None:
        """Change entries of its description.

        Raises:
            RightsError: `teacher` is not the id of its teacher.
            StoreError: it has ended, or cannot be written.
        """
        if self.about().teacher != teacher:
            raise refused(
                RightsError("Only the teacher of this class can do this."), teacher, "not the class's teacher"
            )
        with lock_file(self.path / LOCK):
            write_json(self.path / ABOUT, {**asdict(self.about()), **about})

    def roll(self) -> Roll:
        """Return its members, also those who have left; empty once it has ended."""
        return _logs.get(self.path / ROLL, lambda: RollLog(self.path / ROLL)).read() if self.path.is_dir() else {}

    def member(self, visitor: str) -> Member | None:
        """Return a visitor's entry in the roll; None if they are not in this class."""
        member = self.roll().get(visitor)
        return member if member is not None and member.is_here else None

    def join(self, visitor: str, name: str = "", address: str = "") -> None:
        """Take a visitor in, or give them another name.

        Arguments:
            visitor: their id.
            name: that they chose for this class; "" for none.
            address: a token for their network address; "" if addresses are not counted.

        Raises:
            StoreError: it has ended, is full, also of members of their address, or cannot be written.
        """
        with _joining:
            roll = self.roll()
            is_new = VISITOR_ID.fullmatch(visitor) is not None and visitor not in roll
            if is_new and len(roll) >= MOST_MEMBERS:
                raise refused(StoreError(f"This class is full: it has {MOST_MEMBERS} members."), visitor)
            if is_new:
                _origins.require_place([(self.path, one) for one in roll], MOST_MEMBERS, address, visitor)
            self._append(visitor, JOIN, name=clean_member_name(name))
            if is_new:
                _origins.note((self.path, visitor), address)

    def leave(self, visitor: str) -> None:
        """Let a visitor go, also one of whom no more is kept; what they said is no longer shown, and gone with the class."""
        if self.member(visitor) is not None:
            self._append(visitor, LEAVE)

    def go(self, visitor: str, place: Place | None) -> None:
        """Note where a member is; nothing is written if that is known."""
        member = self.member(visitor)
        if member is not None and member.at != place:
            self._append(visitor, AT, **({} if place is None else {"lesson": place[0], "step": place[1]}))

    def bring(self, visitor: str, lesson: str, learnt: Learnt) -> None:
        """Bring what is kept of a member's answers in a lesson up to their own way; nothing is written if it is.

        Arguments:
            visitor: the member; nothing happens if they are none.
            lesson: its id.
            learnt: their own way through it.

        Raises:
            StoreError: it has ended, is full, or cannot be written.
        """
        member = self.member(visitor)
        if member is None:
            return
        has = {step: said for (name, step), said in member.said.items() if name == lesson}
        is_now = {
            step: Said(answer, learnt.right.get(step))
            for step, answer in learnt.answers.items()
            if place_of(lesson, step) and is_short(answer)
        }
        steps = {
            step: [is_now[step].answer, is_now[step].right] if step in is_now else [None, None]
            for step in sorted(has.keys() | is_now.keys())
            if has.get(step) != is_now.get(step)
        }
        if steps:
            self._append(visitor, SAID, lesson=lesson, steps=steps)

    def _append(self, visitor: str, act: str, **about: Any) -> None:
        self.about()
        if not VISITOR_ID.fullmatch(visitor):
            raise StoreError("Only visitors of a lab can be in a class.")
        # To leave is one line, and nothing follows it.
        if act != LEAVE and self._is_full_of(visitor):
            sentence = "This class has kept as much of you as it can; your answers are still kept for you."
            raise refused(StoreError(sentence), visitor, seldom=_full)
        append_bytes(self.path / ROLL, as_line(visitor, act, time.time(), **about), to_disk=True)

    def _is_full_of(self, visitor: str) -> bool:
        roll = self.roll()
        if visitor in roll and roll[visitor].size >= MOST_OF_A_MEMBER:
            return True
        sizes = {(self.path, one): member.size for one, member in roll.items()}
        # Whoever makes up members takes half of the room, too.
        if _origins.sum_beside((self.path, visitor), sizes) >= MOST_BYTES // 2:
            return True
        with contextlib.suppress(OSError):
            return (self.path / ROLL).stat().st_size >= MOST_BYTES
        return False


# (An error is raised, not kept: the file may be readable a moment later.)
@lru_cache(maxsize=240)
def _read_about(path: Path, _changed: int, _file: int) -> About:
    """Return a description.

    Raises:
        StoreError: it is damaged, or cannot be read now.
    """
    try:
        content = read_json(path)
    except StoreError:
        raise StoreError(UNREADABLE) from None
    if not isinstance(content, dict) or content.get("code") != path.parent.name:
        raise StoreError(UNREADABLE)
    teacher, title, lessons = (content.get(name) for name in ("teacher", "title", "lessons"))
    present, picked, ends = content.get("present"), content.get("picked"), clean_time(content.get("ends"))
    # Without its end nobody can tell whether it is open.
    if not isinstance(teacher, str) or not VISITOR_ID.fullmatch(teacher) or not ends:
        raise StoreError(UNREADABLE)
    return About(
        path.parent.name,
        teacher,
        clean_name(title) if isinstance(title, str) else "",
        tuple(one for one in lessons if is_lesson_id(one)) if isinstance(lessons, list) else (),
        clean_time(content.get("opened")),
        ends,
        place_of(*present) if isinstance(present, list) and len(present) == 2 else None,
        content.get("is_held") is True,
        content.get("is_shown") is True,
        picked if isinstance(picked, str) and VISITOR_ID.fullmatch(picked) else "",
    )


def forget_ended() -> None:
    """Forget the rolls of classes whose folders are gone, and where their members came from: what was said there is to be kept nowhere."""
    _logs.drop(_is_gone)
    _origins.drop(lambda folder: _is_gone(folder / ROLL))


def _is_gone(path: Hashable) -> bool:
    try:
        return isinstance(path, Path) and not path.parent.is_dir()
    except OSError:
        return False


def here(roll: Roll) -> Mapping[str, Member]:
    """Return those of a roll who have not left."""
    return {visitor: member for visitor, member in roll.items() if member.is_here}
