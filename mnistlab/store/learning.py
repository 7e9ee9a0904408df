"""What is kept of a visitor's way through the lessons: their answers, as data, and nothing that names them."""

import contextlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from mnistlab.errors import StoreError
from mnistlab.refusals import refused
from mnistlab.store.files import make_folder, read_json, write_json
from mnistlab.store.one_each import NO_ROOM, make_room
from mnistlab.store.origins import Origins
from mnistlab.store.visitors import VISITOR_ID

# Whoever makes up visitors by program must not fill the disk; nor push out others' answers, for which `one_each` sees.
MOST_LEARNERS = 2_000
# Of one visitor: all our lessons and some of a teacher, of a dozen steps each; and steps that a teacher has taken out or renamed since.
MOST_LESSONS, MOST_STEPS, LONGEST_ANSWER = 120, 26, 500
STEP = re.compile(r"[a-z][a-z0-9-]{0,40}")
# Before steps had ids, answers were kept by their numbers, of which there were thirteen.
NUMBER = re.compile(r"[0-9]|1[0-2]")
# Where there are no visitors there is one.
ALONE = "you"
_origins = Origins("visitors with answers to lessons", NO_ROOM)
_writing = Lock()


@dataclass
class Learnt:
    """What somebody has done in one lesson.

    Attributes:
        answers: by the id of the step, what they answered; unchecked, for it may be to a question that has changed since.
        right: by the id of the step, whether that was right with the network then in use.
        throw: which new case they have.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    right: dict[str, bool] = field(default_factory=dict)
    throw: int = 0


class Learning:
    """The ways of all visitors, kept under one home folder.

    Two processes that write for one visitor at once would each keep their own answer; a visitor has one app.

    Arguments:
        home: the store's folder.
        ids_of: id of a lesson -> the ids of its steps, by which the numbers in older files are replaced.
        address: a token for the network address of whoever writes; "" if addresses are not counted.
    """

    def __init__(
        self, home: Path, ids_of: Callable[[str], Sequence[str]] = lambda lesson: (), address: str = ""
    ) -> None:
        self._folder, self._ids_of, self._address = home / "learning", ids_of, address

    def of(self, visitor: str) -> dict[str, Learnt]:
        """Return a visitor's way by the ids of lessons; of a damaged file what can be read."""
        with contextlib.suppress(StoreError):
            content = read_json(self._path(visitor))
            if isinstance(content, dict):
                return {
                    str(lesson): _learnt(one, self._ids_of(str(lesson)))
                    for lesson, one in content.items()
                    if isinstance(one, dict)
                }
        return {}

    def keep(self, visitor: str, lesson: str, step: str, answer: Any, throw: int | None = None) -> None:
        """Keep an answer in place of an earlier one; None: forget that.

        Arguments:
            visitor: their id.
            lesson: its id.
            step: its id.
            answer: what they answered.
            throw: the new case it is about, which may not be the latest in another tab; it is theirs from now on.

        Raises:
            StoreError: it cannot be written, is too long, or there is no room for another lesson.
        """
        if len(json.dumps(answer)) > LONGEST_ANSWER or not STEP.fullmatch(step):
            raise StoreError("This answer is too long to be kept.")

        def change(one: Learnt) -> None:
            one.right.pop(step, None)
            one.answers.pop(step, None)
            if throw is not None:
                one.throw = throw
            if answer is not None:
                one.answers[step] = answer
                while len(one.answers) > MOST_STEPS:
                    gone = next(iter(one.answers))
                    one.answers.pop(gone)
                    one.right.pop(gone, None)

        self._change(visitor, lesson, change)

    def judge(
        self, visitor: str, lesson: str, step: str, answer: Any, is_right: bool, throw: int | None = None
    ) -> None:
        """Keep whether an answer to a step was right; one that has been forgotten or replaced meanwhile, or was about another case, is not judged."""

        def change(one: Learnt) -> None:
            if one.answers.get(step) == answer and throw in (None, one.throw):
                one.right[step] = is_right

        self._change(visitor, lesson, change)

    def throw_again(self, visitor: str, lesson: str, step: str) -> None:
        """Give a visitor another new case, and forget the answer to the one before."""

        def change(one: Learnt) -> None:
            one.throw += 1
            one.answers.pop(step, None)
            one.right.pop(step, None)

        self._change(visitor, lesson, change)

    def begin_again(self, visitor: str, lesson: str, check: str) -> None:
        """Forget a visitor's answers in one lesson; a new case that they have answered does not come back.

        Raises:
            StoreError: it cannot be written.
        """
        one = self.of(visitor).get(lesson, Learnt())
        throw = one.throw + (check in one.answers)
        if not throw:
            self.forget(visitor, lesson)
            return

        def change(one: Learnt) -> None:
            one.answers, one.right, one.throw = {}, {}, throw

        self._change(visitor, lesson, change)

    def forget(self, visitor: str, lesson: str | None = None) -> None:
        """Forget a visitor's answers in one lesson, or everything that is kept of them.

        Raises:
            StoreError: it cannot be written.
        """
        with _writing:
            way = self.of(visitor)
            if lesson is not None and way.keys() - {lesson}:
                way.pop(lesson, None)
                self._write(visitor, way)
                return
            try:
                self._path(visitor).unlink(missing_ok=True)
            except OSError as error:
                raise StoreError(f"Your answers could not be removed ({error.strerror}).") from None

    def _change(self, visitor: str, lesson: str, change: Any) -> None:
        with _writing:
            way = self.of(visitor)
            if lesson not in way and len(way) >= MOST_LESSONS:
                raise refused(
                    StoreError("You have begun too many lessons; start again with one of them first."), visitor
                )
            change(way.setdefault(lesson, Learnt()))
            self._write(visitor, way)

    def _write(self, visitor: str, way: dict[str, Learnt]) -> None:
        path = self._path(visitor)
        make_folder(self._folder)
        if not path.exists():
            make_room("answers to lessons removed", path, MOST_LEARNERS, _origins, self._address)
        write_json(path, {lesson: asdict(one) for lesson, one in way.items()})

    def _path(self, visitor: str) -> Path:
        # As for nicknames: nothing but a digest is ever part of a path.
        return self._folder / f"{visitor if VISITOR_ID.fullmatch(visitor) else ALONE}.json"


def _learnt(content: dict[str, Any], ids: Sequence[str]) -> Learnt:
    throw = content.get("throw")
    right = _by_step(content.get("right"), ids)
    return Learnt(
        _by_step(content.get("answers"), ids),
        {step: is_right for step, is_right in right.items() if isinstance(is_right, bool)},
        throw if isinstance(throw, int) and 0 <= throw < 2**31 else 0,
    )


def _by_step(content: Any, ids: Sequence[str]) -> dict[str, Any]:
    """Return what is kept by steps, with numbers replaced by the ids of the steps that have them now.

    Of a lesson that is not here, which may come back, they stay as they are.
    """
    known = content if isinstance(content, dict) else {}
    numbered = {int(step): one for step, one in known.items() if NUMBER.fullmatch(step)}
    named = {step: one for step, one in known.items() if STEP.fullmatch(step)}
    if not ids:
        return {str(step): one for step, one in numbered.items()} | named
    return {ids[step]: one for step, one in numbered.items() if step < len(ids)} | named
