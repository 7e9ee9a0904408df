"""A learner's way through the lessons -> what stands on their sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from mnistlab.lessons.case import Case, why_not
from mnistlab.lessons.declared import Facts
from mnistlab.lessons.judging import Answer, accepted, in_words, is_right
from mnistlab.lessons.lesson import CHECK_ID, Lesson, SortQuestion, Step
from mnistlab.lessons.words import ANSWER, TERM, filled, without_names
from mnistlab.store.learning import Learnt
from mnistlab.ui.answers.first_digits import first_tests
from mnistlab.ui.pages.learn.live import live_of
from mnistlab.ui.pages.learn.live.moment import Moment
from mnistlab.ui.pages.learn.place import LESSON, STEP
from mnistlab.ui.pages.learn.sheet.keepsakes import NOTHING, Picture, keepsake
from mnistlab.ui.shell.frame import data_in_use, model_in_use, network_in_use


@dataclass(frozen=True)
class Entry:
    """One answered step.

    Attributes:
        title: of the step.
        asked: the question.
        said: the answer, in words.
        is_right: whether it was right; None where that is not known any more.
        told: what happened, and why; "" where that is not known any more.
        pictures: that the step made.
        links: words and address of each page that shows the very same.
    """

    title: str
    asked: str
    said: str
    is_right: bool | None
    told: str
    pictures: tuple[Picture, ...]
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Chapter:
    """One lesson. `can`: what one can do after it; `is_open`: whether its check is not answered rightly yet."""

    title: str
    can: str
    is_open: bool
    entries: tuple[Entry, ...]


def chapters_of(lessons: Mapping[str, Lesson], way: Mapping[str, Learnt]) -> list[Chapter]:
    """Return a chapter for each of the lessons in which something was answered."""
    found = []
    for name, lesson in lessons.items():
        learnt = way.get(name, Learnt())
        entries = [_entry(name, lesson, at, learnt) for at in range(len(lesson.places))]
        answered = tuple(entry for entry in entries if entry is not None)
        if answered:
            found.append(Chapter(lesson.title, lesson.can, learnt.right.get(CHECK_ID) is not True, answered))
    return found


def _entry(name: str, lesson: Lesson, at: int, learnt: Learnt) -> Entry | None:
    step, is_check, network = lesson.places[at], at == len(lesson.steps), network_in_use()
    step_id = lesson.ids[at]
    answer = accepted(step.question, learnt.answers.get(step_id), network.classes)
    if answer is None:
        return None
    data = first_tests(data_in_use())[0]
    case = Case(network, data, learnt.throw if is_check else 0)
    moment = Moment(case, model_in_use(), f"learn.sheet.{name}.{at}")
    kept = NOTHING if why_not(network.recipe, data) else keepsake(step.part, moment)
    links = [("This step", address_of("learn", {LESSON: name, STEP: str(at + 1)}))]
    known: dict[str, str] = {}
    right, told = learnt.right.get(step_id), ""
    if kept.facts is not None:
        known = {fact: step.part.FACTS[fact].written(value) for fact, value in kept.facts.items()}
        right, told = _judged(step, answer, kept.facts, known)
        way_on = live_of(step.part).link(step.part, moment, kept.facts)
        if way_on is not None:
            links.append((way_on[1], address_of(way_on[0].removeprefix("pages/").removesuffix(".py"), way_on[2])))
    return Entry(
        f"Check: {step.title}" if is_check else step.title,
        _plain(without_names(filled(step.question.asks, known))),
        in_words(step.question, answer),
        right,
        told,
        kept.pictures,
        tuple(links),
    )


def _judged(step: Step, answer: Answer, facts: Facts, known: Mapping[str, str]) -> tuple[bool, str]:
    """Return whether an answer is right with the network in use, and what happened and why."""
    right = is_right(step.question, answer, facts.get(step.question.right))
    words = {**known, ANSWER: in_words(step.question, answer)}
    parts = [step.explain.right if right else step.explain.wrong, step.explain.why]
    if isinstance(step.question, SortQuestion):
        parts += [f"“{one.says}” {step.question.piles[one.pile]}: {one.why}" for one in step.question.statements]
    return right, " ".join(_plain(filled(part, words)) for part in parts)


def _plain(text: str) -> str:
    """Return a sentence without the marks of the glossary's words."""
    return " ".join(TERM.sub(lambda found: found[2] or found[1], text).split())


def address_of(page: str, parameters: Mapping[str, str]) -> str:
    """Return the whole address of a page, as the visitor reaches it."""
    here = urlsplit(st.context.url or "http://localhost/learn")
    return urlunsplit((here.scheme, here.netloc, here.path.rpartition("/")[0] + f"/{page}", urlencode(parameters), ""))
