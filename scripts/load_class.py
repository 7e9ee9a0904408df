"""Hold a lesson for thirty on a running lab, and print how long they waited and whether the teacher's counts were right.

    python -m mnistlab serve --lab --port 8600              (in one terminal)
    python -m scripts.load_class --port 8600 --seconds 600  (in another)

A teacher opens a class and holds it at one step after another of two lessons, 4 and 7 unless others are named; students join with its code, are taken
to each step, think, answer, and start what there is to start. Sessions are websockets that speak Streamlit's protocol (`scripts/load.py`). Bounded in time and
count, and to this machine. The last line is JSON: besides the figures of `load.py` the answers given, those that the teacher did not see counted at the end, and
how long each took until it was.
"""

import argparse
import asyncio
import html
import json
import os
import random
import re
import sys
import time
from dataclasses import dataclass, field

from streamlit.proto.WidgetStates_pb2 import WidgetState

from scripts.load import MOST_SECONDS, Figures, Session, percentile, server_memory, summary

MOST_STUDENTS = 100
LESSONS = "How it learns,What is a map looking for?"
# Students look at a step before they answer; a step is held so long that all have.
THINK_SECONDS, SETTLE_SECONDS = (2.0, 12.0), 3.0
PLACE = re.compile(r"learn\|([a-z.-]+)\|(\d+)")
COUNTED = re.compile(r"<b>(\d+)</b> of <b>(\d+)</b> have answered")
GIVE, TRAIN = "This is my answer", "Train now"
Place = tuple[str, int]


@dataclass
class Class:
    """What happens in the class.

    `code`: once it is open; `sent`: when each answer to a step was sent and known to be taken; `seen`: what the teacher saw, time and count, by the step; `joined`: how
    many have joined.
    """

    code: asyncio.Future = field(default_factory=asyncio.Future)
    sent: dict[Place, list[float]] = field(default_factory=dict)
    seen: dict[Place, list[tuple[float, int]]] = field(default_factory=dict)
    joined: int = 0
    is_over: bool = False


class Tab(Session):
    """One browser tab on the page Learn."""

    def __init__(self, port: int, chance: random.Random, figures: Figures, lesson: Class) -> None:
        super().__init__(port, chance, figures)
        self._class = lesson
        # By their ids, as the page has described them last: choices with their options, in words.
        self._options: dict[str, tuple[str, list[str]]] = {}

    def _begin_run(self) -> None:
        super()._begin_run()
        self._options.clear()
        self._buttons.clear()

    def _note(self, delta: object) -> None:
        super()._note(delta)
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind in ("radio", "selectbox"):
            widget = getattr(element, kind)
            self._options[widget.id] = "word", list(widget.options)
        elif kind == "slider" and element.slider.options:
            self._options[element.slider.id] = "words", list(element.slider.options)
        elif kind == "button_group":
            self._options[element.button_group.id] = "words", [one.content for one in element.button_group.options]
        elif kind == "html":
            self._read_html(element.html.body)

    def _read_html(self, body: str) -> None:
        """Take note of what stands on the page; nothing for a student."""

    def _chosen(self, widget: str, number: int) -> WidgetState:
        kind, options = self._options[widget]
        if kind == "word":
            return WidgetState(id=widget, string_value=options[number])
        state = WidgetState(id=widget)
        state.string_array_value.data.append(options[number])
        return state


class Student(Tab):
    """Joins, and answers what they are asked."""

    async def _work(self, end: float, job: str) -> None:
        try:
            code = await asyncio.shield(self._class.code)
        except asyncio.CancelledError:
            raise OSError("there is no class") from None
        await asyncio.sleep(self._chance.uniform(0, 5))
        await self._open("learn", f"class={code}")
        await self._press("Join")
        self._class.joined += 1
        while not self._class.is_over:
            await asyncio.sleep(0.2)
            place = self._asked()
            if place is None:
                continue
            await asyncio.sleep(self._chance.uniform(*THINK_SECONDS))
            if self._asked() == place:
                await self._answer(place)

    def _asked(self) -> Place | None:
        """Return the step whose question is open."""
        found = PLACE.search(self._buttons.get(GIVE, ""))
        return (found[1], int(found[2])) if found else None

    async def _answer(self, place: Place) -> None:
        for widget, (_, options) in list(self._options.items()):
            if ".answer" in widget:
                # (A slider over words begins with "?", which is no answer.)
                self._widgets[widget] = self._chosen(widget, self._chance.randrange(1, len(options)))
        sent = time.monotonic()
        await self._press(GIVE)
        self._widgets.clear()
        if self._asked() == place:
            self._figures.complaints.append(f"An answer to {place} was not taken.")
            return
        self._class.sent.setdefault(place, []).append(sent)
        if TRAIN in self._buttons:
            await self._press(TRAIN)


class Teacher(Tab):
    """Opens a class, and holds it at one step after another."""

    def __init__(self, *about: object, lessons: list[str], step_seconds: float) -> None:
        super().__init__(*about)
        self._lessons, self._step_seconds = lessons, step_seconds
        self._place: Place | None = None

    async def _work(self, end: float, job: str) -> None:
        await self._open("learn", "")
        await self._press("Open it")
        found = re.search(r"teach=([A-Z]{6})", self._query)
        if found is None:
            raise OSError("no class was opened")
        self._class.code.set_result(found[1])
        held, visited = False, []
        while time.monotonic() < end:
            for lesson, step in await self._steps():
                await self._go(lesson, step)
                if not held:
                    await self._press("Hold everybody here")
                    held = True
                visited.append((lesson, step))
                await asyncio.sleep(min(self._step_seconds, max(0.0, end - time.monotonic())))
                if time.monotonic() >= end:
                    break
            else:
                # All steps of all lessons are answered.
                break
        self._class.is_over = True
        await asyncio.sleep(SETTLE_SECONDS)
        # Once more to each, to see whether every answer has been counted.
        for lesson, step in visited:
            await self._go(lesson, step)
            await asyncio.sleep(SETTLE_SECONDS)

    async def _steps(self) -> list[tuple[str, int]]:
        """Return all steps of the lessons, by the lessons' titles."""
        steps = []
        for lesson in self._lessons:
            await self._choose("learn.teach.lesson", lesson)
            steps += [(lesson, step) for step in range(len(self._options[self._id("learn.teach.step.")][1]))]
        return steps

    async def _go(self, lesson: str, step: int) -> None:
        self._place = None
        await self._choose("learn.teach.lesson", lesson)
        options = self._options[self._id("learn.teach.step.")][1]
        await self._choose("learn.teach.step.", options[step])
        found = re.search(r"learn\.teach\.step\.([a-z.-]+)", self._id("learn.teach.step."))
        self._place = found[1], step

    def _id(self, key: str) -> str:
        return next(widget for widget in self._options if key in widget)

    async def _choose(self, key: str, words: str) -> None:
        widget = self._id(key)
        options = self._options[widget][1]
        number = next(at for at, one in enumerate(options) if one.replace("\\", "").replace("\u2060", "") == words)
        self._widgets[widget] = self._chosen(widget, number)
        await self._ask(self._figures.touches, "choose /learn")

    def _read_html(self, body: str) -> None:
        found = COUNTED.search(html.unescape(body))
        if found and self._place is not None:
            self._class.seen.setdefault(self._place, []).append((time.monotonic(), int(found[1])))


def of_class(lesson: Class) -> dict:
    """Return how right and how late the teacher's counts were."""
    late, unseen, uncounted = [], 0, 0
    for place, sent in lesson.sent.items():
        seen = lesson.seen.get(place, [])
        for rank, when in enumerate(sorted(sent), start=1):
            shown = next((at for at, count in seen if at >= when and count >= rank), None)
            if shown is None:
                unseen += 1
            else:
                late.append(shown - when)
        uncounted += abs(len(sent) - (seen[-1][1] if seen else 0))
    return {
        "students": lesson.joined,
        "steps": len(lesson.sent),
        "answers": sum(map(len, lesson.sent.values())),
        "answers_uncounted": uncounted,
        "answers_never_seen": unseen,
        "count_late_p50_ms": percentile(late, 0.5),
        "count_late_p95_ms": percentile(late, 0.95),
        "count_late_max_ms": percentile(late, 1.0),
        "count_within_2_s": round(sum(value <= 2 for value in late) / max(1, len(late)), 4),
    }


async def hold(given: argparse.Namespace) -> dict:
    """Let teacher and students live, and return the figures."""
    figures, chance, lesson = Figures(), random.Random(given.seed), Class()
    end = time.monotonic() + given.seconds
    before = server_memory(given.port)
    teacher = Teacher(
        given.port,
        random.Random(chance.random()),
        figures,
        lesson,
        lessons=given.lessons.split(","),
        step_seconds=given.step,
    )
    students = [Student(given.port, random.Random(chance.random()), figures, lesson) for _ in range(given.students)]
    await asyncio.gather(_teach(teacher, lesson, end), *(student.live(end, "class") for student in students))
    memory = before, server_memory(given.port)
    return of_class(lesson) | summary(figures, memory, os.getloadavg()[0])


async def _teach(teacher: Teacher, lesson: Class, end: float) -> None:
    """Let the teacher live; without them the class is over."""
    try:
        await teacher.live(end, "class")
    finally:
        lesson.is_over = True
        lesson.code.cancel()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--step", type=float, default=30, help="seconds for which the class is held at a step")
    parser.add_argument("--lessons", default=LESSONS, help="titles, with commas")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if given.students > MOST_STUDENTS or given.seconds > MOST_SECONDS:
        parser.error(f"at most {MOST_STUDENTS} students and {MOST_SECONDS} seconds")
    print(json.dumps(asyncio.run(hold(given))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
