"""The lessons at hand: our own, and those that a teacher has put into the store's folder `lessons/`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from mnistlab.lessons.lesson import Lesson
from mnistlab.lessons.reading import LONGEST_FILE, Fault, read_lesson

COURSE = Path(__file__).with_name("course")
FOLDER, ENDING = "lessons", ".toml"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
# A teacher's lesson never takes the place of one of ours.
LAB = "lab."
MOST_FILES = 100


@dataclass(frozen=True)
class Misfit:
    """A file that holds no lesson. `name`: of the file; `faults`: what is wrong with it."""

    name: str
    faults: Sequence[Fault]

    def __str__(self) -> str:
        more = f" ({len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
        return f"{self.name}, {self.faults[0]}{more}"


@dataclass(frozen=True)
class Shelf:
    """`own`, `lab`: lessons by their ids, in order; `misfits`: the files of the lab that hold none."""

    own: dict[str, Lesson]
    lab: dict[str, Lesson]
    misfits: list[Misfit]

    def find(self, lesson: str) -> Lesson | None:
        """Return the lesson of that id."""
        return self.own.get(lesson) or self.lab.get(lesson)

    def ids_of(self, lesson: str) -> tuple[str, ...]:
        """Return the ids of a lesson's steps in order; none of a lesson that is not here."""
        found = self.find(lesson)
        return () if found is None else found.ids


def shelf(home: Path) -> Shelf:
    """Return all lessons; a file of the lab is read again once it has changed.

    Arguments:
        home: the store's folder.
    """
    found: dict[str, Lesson] = {}
    misfits: list[Misfit] = []
    for path in _files(home / FOLDER):
        read = _read_of_lab(path)
        if isinstance(read, Lesson):
            found[LAB + path.stem] = read
        else:
            misfits.append(Misfit(path.name, read))
    return Shelf(_own(), found, misfits)


def load_lesson(path: Path) -> Lesson | list[Fault]:
    """Return the lesson in a file, or what is wrong with it."""
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_FILE + 1)
    except OSError as error:
        return [Fault(1, f"The file cannot be read ({error.strerror or type(error).__name__}).")]
    return read_lesson(content)


@cache
def _own() -> dict[str, Lesson]:
    lessons = {}
    for path in _files(COURSE):
        read = load_lesson(path)
        # Ours are checked by the tests.
        assert isinstance(read, Lesson), f"{path.name}: {read[0]}"
        lessons[path.stem.partition("-")[2]] = read
    return lessons


def _files(folder: Path) -> list[Path]:
    """Return the lesson files of a folder, in the order of their names."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ENDING and path.is_file())[:MOST_FILES]
    except OSError:
        return []


def _read_of_lab(path: Path) -> Lesson | list[Fault]:
    if not NAME.fullmatch(path.stem):
        return [Fault(1, "The file's name should be small letters, digits and - only, and end in .toml.")]
    try:
        about = path.stat()
    except OSError:
        return load_lesson(path)
    return _read(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=2 * MOST_FILES)
def _read(path: Path, _changed: int, _size: int) -> Lesson | list[Fault]:
    return load_lesson(path)
