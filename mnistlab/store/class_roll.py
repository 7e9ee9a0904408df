"""Who is in a class and what they have answered: one JSON object a line, appended by whoever answers; each line is read once.

A line begins and ends with a line break, so that a line that was torn by a full disk or a power cut costs only itself.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from pathlib import Path
from threading import Lock
from typing import Any

from mnistlab.store.learning import LONGEST_ANSWER, MOST_LESSONS, MOST_STEPS, STEP
from mnistlab.store.run_info import clean_name, clean_time
from mnistlab.store.visitors import LONGEST_NICKNAME, VISITOR_ID

# A class has thirty; a lecture a few hundred.
MOST_MEMBERS = 300
# Bytes of one member: more than anybody says in a term, and too little to fill the disk.
MOST_OF_A_MEMBER = 100_000
LONGEST_LESSON = 60
# What a line does.
JOIN, LEAVE, AT, SAID = "join", "leave", "at", "said"
# The ids of a lesson and of one of its steps.
Place = tuple[str, str]


@dataclass(frozen=True)
class Said:
    """What a member has answered to one step. `right`: whether that was right with the network they used, None while that is not known."""

    answer: Any
    right: bool | None = None


@dataclass(frozen=True)
class Member:
    """Somebody in a class.

    Attributes:
        name: that they chose for it; "" for none.
        at: the lesson and step they opened last; None on the list of lessons.
        said: their answers by lesson and step.
        heard: when they wrote last, in seconds since the epoch.
        is_here: whether they have not left.
        size: bytes of their lines.
    """

    name: str = ""
    at: Place | None = None
    said: Mapping[Place, Said] = field(default_factory=dict)
    heard: float = 0.0
    is_here: bool = True
    size: int = 0


# By the ids of visitors, in the order in which they came first.
Roll = Mapping[str, Member]


def as_line(visitor: str, act: str, when: float, **about: Any) -> bytes:
    """Return one line: who did what."""
    return f"\n{json.dumps({'time': round(when, 3), 'who': visitor, 'do': act, **about}, separators=(',', ':'))}\n".encode()


class RollLog:
    """Reads a growing roll. Safe to use from many threads.

    A line without its end is left for the next call; a damaged one is skipped.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._roll: dict[str, Member] = {}
        self._lock = Lock()

    def read(self) -> Roll:
        """Return the members as of now. Do not change the result; a later call returns another."""
        with self._lock:
            try:
                size = self._path.stat().st_size
                if size == self._offset:
                    # So it is nearly always.
                    return self._roll
                if size < self._offset:
                    # Another class of the same code.
                    self._offset, self._roll = 0, {}
                with self._path.open("rb") as file:
                    file.seek(self._offset)
                    content = file.read()
            except OSError:
                return self._roll
            whole = content.rfind(b"\n") + 1
            roll = dict(self._roll)
            for line in content[:whole].splitlines():
                _take_in(line, roll)
            self._offset += whole
            self._roll = roll
            return roll


def _take_in(text: bytes, roll: dict[str, Member]) -> None:
    """Change the roll as a line says; leave it as it is if the line says nothing that can be understood."""
    try:
        line = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return
    who = line.get("who") if isinstance(line, dict) else None
    if not isinstance(line, dict) or not isinstance(who, str) or not VISITOR_ID.fullmatch(who):
        return
    member = roll.get(who)
    if member is None:
        if line.get("do") != JOIN or len(roll) >= MOST_MEMBERS:
            return
        member = Member()
    roll[who] = replace(
        _changed(member, line), size=member.size + len(text), heard=max(member.heard, clean_time(line.get("time")))
    )


def _changed(member: Member, line: Mapping[str, Any]) -> Member:
    match line.get("do"):
        case "join":
            return replace(member, name=clean_member_name(line.get("name")), is_here=True)
        case "leave":
            # What they said goes with them.
            return Member(is_here=False)
        case "at":
            return replace(member, at=place_of(line.get("lesson"), line.get("step")))
        case "said":
            return replace(member, said=_said(member.said, line))
    return member


def _said(before: Mapping[Place, Said], line: Mapping[str, Any]) -> Mapping[Place, Said]:
    said, steps = dict(before), line.get("steps")
    for text, pair in steps.items() if isinstance(steps, dict) else ():
        place = place_of(line.get("lesson"), text)
        if place is None or not isinstance(pair, list) or len(pair) != 2:
            continue
        answer, right = pair
        if answer is None:
            said.pop(place, None)
        elif (place in said or len(said) < MOST_LESSONS * MOST_STEPS) and is_short(answer):
            said[place] = Said(answer, right if isinstance(right, bool) else None)
    return said


def is_short(answer: Any) -> bool:
    """Return whether an answer is short enough to be kept."""
    return len(json.dumps(answer)) <= LONGEST_ANSWER and not (isinstance(answer, float) and not isfinite(answer))


def clean_member_name(name: Any) -> str:
    """Return a name as it is kept: printable, on one line, short; "" for none."""
    return clean_name(name)[:LONGEST_NICKNAME].strip() if isinstance(name, str) else ""


def place_of(lesson: Any, step: Any) -> Place | None:
    """Return a place in the lessons; None where there can be none."""
    return (lesson, step) if is_lesson_id(lesson) and isinstance(step, str) and STEP.fullmatch(step) else None


def is_lesson_id(lesson: Any) -> bool:
    """Return whether a lesson may be called that."""
    return isinstance(lesson, str) and 0 < len(lesson) <= LONGEST_LESSON
