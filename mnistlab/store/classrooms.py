"""The classes of a lab: opened under a code, found by it, and removed when they end, by hand or by age."""

import contextlib
import secrets
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from mnistlab.errors import StoreError
from mnistlab.logs import audit
from mnistlab.refusals import refused
from mnistlab.store.class_roll import is_lesson_id
from mnistlab.store.classroom import ABOUT, CODE, LETTERS, LOCK, About, Classroom, clean_code, forget_ended
from mnistlab.store.files import lock_file, make_folder, write_json
from mnistlab.store.learning import MOST_LESSONS
from mnistlab.store.origins import Origins
from mnistlab.store.run_info import clean_name

DAY = 24 * 3600.0
# Days a class may last: a lesson, a week, a project.
AGES = (1, 7, 28)
MOST_CLASSES, MOST_OF_A_TEACHER = 60, 3
# A folder that is being made or removed, and how many seconds that may take.
PARTIAL, PATIENCE = ".partial-", 60.0
_origins = Origins("classes", "End one first, or ask the others there to.")


class Classrooms:
    """The classes under one home folder."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "classrooms"

    def open(
        self, teacher: str, title: str, lessons: Sequence[str], days: int = AGES[0], address: str = ""
    ) -> Classroom:
        """Open a class.

        Arguments:
            teacher: id of the visitor who opens it.
            title: its name; "" for none.
            lessons: ids of the lessons chosen for it; empty for all.
            days: one of AGES, after which it ends by itself.
            address: a token for the teacher's network address; "" if addresses are not counted.

        Raises:
            StoreError: there are too many classes, also of this address, or it cannot be written.
        """
        make_folder(self._folder)
        with lock_file(self._folder / LOCK):
            classes = self.all()
            if sum(one.teacher == teacher for one in classes) >= MOST_OF_A_TEACHER:
                raise refused(
                    StoreError(f"You have {MOST_OF_A_TEACHER} classes open already; end one of them first."), teacher
                )
            if len(classes) >= MOST_CLASSES:
                raise refused(
                    StoreError(f"There are {MOST_CLASSES} classes open in this lab already; one has to end first."),
                    teacher,
                )
            taken = [(self._folder / one.code, one.teacher) for one in classes]
            _origins.keep_only(taken)
            _origins.require_place(taken, MOST_CLASSES, address, teacher)
            code = self._free_code()
            now = time.time()
            known = tuple(lesson for lesson in lessons if is_lesson_id(lesson))[:MOST_LESSONS]
            about = About(code, teacher, clean_name(title), known, now, now + DAY * (days if days in AGES else AGES[0]))
            partial = self._folder / f"{PARTIAL}{code}"
            make_folder(partial)
            write_json(partial / ABOUT, asdict(about))
            # A folder under its code is whole.
            partial.rename(self._folder / code)
            _origins.note((self._folder / code, teacher), address)
        return Classroom(self._folder / code)

    def find(self, code: str) -> Classroom | None:
        """Return the open class of a code, as somebody typed it; None if there is none."""
        code = clean_code(code)
        if not code:
            return None
        room = Classroom(self._folder / code)
        with contextlib.suppress(StoreError):
            room.about()
            return room
        return None

    def all(self) -> list[About]:
        """Return the open classes, in the order in which they were opened; those that have ended are removed.

        One whose description cannot be read, perhaps only just now, is left alone until its time is over for certain.
        """
        found = []
        for path in self._paths():
            if path.name.startswith(PARTIAL):
                if _age(path) > PATIENCE:
                    shutil.rmtree(path, ignore_errors=True)
            elif CODE.fullmatch(path.name):
                about = None
                with contextlib.suppress(StoreError):
                    about = Classroom(path).kept_about()
                if _age(path) > DAY * AGES[-1] if about is None else about.ends <= time.time():
                    with contextlib.suppress(StoreError):
                        # Of several servers one ends it.
                        if self.end(path.name):
                            audit(
                                "class ended",
                                visitor="" if about is None else about.teacher,
                                reason="its time was over",
                            )
                elif about is not None:
                    found.append(about)
        forget_ended()
        return sorted(found, key=lambda about: about.opened)

    def of(self, visitor: str) -> Classroom | None:
        """Return the class a visitor is in; of several the one they did something in last."""
        rooms = [Classroom(self._folder / about.code) for about in self.all()]
        mine = [(member.heard, room) for room in rooms if (member := room.member(visitor)) is not None]
        return max(mine, key=lambda one: one[0])[1] if mine else None

    def end(self, code: str) -> bool:
        """Remove a class with all that is kept of it; return whether it was there.

        Raises:
            StoreError: it cannot be removed.
        """
        gone = self._folder / f"{PARTIAL}{code}-{secrets.token_hex(4)}"
        try:
            # At once: from here on nobody writes into it.
            (self._folder / code).rename(gone)
            shutil.rmtree(gone)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StoreError(f"The class could not be removed ({error.strerror}).") from None
        return True

    def _free_code(self) -> str:
        while True:
            code = "".join(secrets.choice(LETTERS) for _ in range(6))
            if not (self._folder / code).exists():
                return code

    def _paths(self) -> list[Path]:
        try:
            return list(self._folder.iterdir())
        except OSError:
            return []


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
