"""One lesson: its steps, of which one is open: the question, and once it is answered the live part, and why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from mnistlab.lessons.case import Case, NotHereError, why_not
from mnistlab.lessons.declared import Facts
from mnistlab.lessons.judging import Answer, accepted, in_words, is_right
from mnistlab.lessons.lesson import CHECK_ID, CurveQuestion, Lesson, SortQuestion, SquareQuestion, Step
from mnistlab.lessons.words import ANSWER, filled
from mnistlab.store.learning import Learnt
from mnistlab.store.models import REFERENCE
from mnistlab.ui.answers.first_digits import first_tests
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.mends.beginning import set_to
from mnistlab.ui.pages.learn.live import live_of
from mnistlab.ui.pages.learn.live.moment import Moment
from mnistlab.ui.pages.learn.own_way import begin_again, judge, keep, throw_again
from mnistlab.ui.pages.learn.place import go
from mnistlab.ui.pages.learn.questions import curve_figure, draw_question
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.terms import draw_prose
from mnistlab.ui.parts.text import inert, note, tell, warn
from mnistlab.ui.shell.digits import use_set
from mnistlab.ui.shell.frame import data_in_use, model_in_use, network_in_use, use_model

CHECK = "Check"
# Of what a step shows once it is answered, in pixels on a wide page.
LOOK_HEIGHT = 420


@dataclass(frozen=True)
class Opened:
    """A lesson that is open at a step. `name`: its id; `at`: number of the step; `learnt`: what the visitor has done in it, as this run found it."""

    name: str
    lesson: Lesson
    at: int
    learnt: Learnt

    @property
    def step(self) -> Step:
        """The open step."""
        return self.lesson.places[self.at]

    @property
    def id(self) -> str:
        """Its id."""
        return self.lesson.ids[self.at]

    @property
    def is_check(self) -> bool:
        """Whether it is the last, on a new case."""
        return self.at == len(self.lesson.steps)

    @property
    def throw(self) -> int | None:
        """Which new case is open; None in a step that has none."""
        return self.learnt.throw if self.is_check else None


def draw_lesson(opened: Opened, is_held: bool = False) -> None:
    """Draw a lesson that is open at a step; if a class is held there, without ways to another."""
    st.title(inert(opened.lesson.title))
    if not is_held:
        _draw_steps(opened)
    step, throw, key = opened.step, opened.throw, f"learn|{opened.name}|{opened.at}"
    if throw is not None:
        key += f"|{throw}"
    network = network_in_use()
    data, _, complaint = first_tests(data_in_use())
    if complaint:
        warn(f"{complaint} The embedded digits are used instead.")
    moment = Moment(Case(network, data, throw or 0), model_in_use(), key)
    explained: set[str] = set()
    st.header(inert(f"Check: {step.title}" if opened.is_check else step.title))
    try:
        if reason := why_not(network.recipe, data):
            raise NotHereError(reason)
        _draw_step(opened, moment, explained)
    except NotHereError as error:
        tell(str(error))
        st.button("Use the reference network", icon=":material/restart_alt:", on_click=_use_reference)
    _draw_ends(opened, is_held)


def _use_reference() -> None:
    use_model(REFERENCE)
    use_set(None)


def _draw_steps(opened: Opened) -> None:
    """Draw the steps to choose one from."""
    name, lesson, answers = opened.name, opened.lesson, opened.learnt.answers
    row = st.container(horizontal=True, vertical_alignment="center")
    row.button("All lessons", icon=":material/arrow_back:", key="learn.all", on_click=go, args=(None,))
    places = list(range(len(lesson.places)))
    key = f"learn.step.{name}"
    set_to(key, opened.at)
    row.segmented_control(
        "Steps",
        places,
        default=opened.at,
        key=key,
        required=True,
        format_func=lambda place: (
            (CHECK if place == len(lesson.steps) else str(place + 1)) + (" ✓" if lesson.ids[place] in answers else "")
        ),
        label_visibility="collapsed",
        on_change=_choose_step,
        args=(name, key),
    )


def _choose_step(name: str, key: str) -> None:
    go(name, int(st.session_state[key]))


def _draw_step(opened: Opened, moment: Moment, explained: set[str]) -> None:
    step = opened.step
    moment.case.must_fit(step.part)
    live = live_of(step.part)
    facts: Facts | Unanswered | None = None if step.part.SLOW else live.facts(step.part, moment)
    known = _written(step, facts)
    answer = accepted(step.question, opened.learnt.answers.get(opened.id), moment.case.network.classes)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _draw_text(filled(step.text, known), explained)
        with st.container(border=True):
            st.html("<p class='lab-step'>Predict</p>")
            _draw_text(filled(step.question.asks, known), explained)
            if answer is None:
                classes, digit = moment.case.network.classes, live.digit(step.part, moment)
                give = partial(keep, opened.name, opened.id, throw=opened.throw)
                draw_question(step.question, moment.key, give, classes, digit, known)
            else:
                _draw_given_answer(opened, answer)
    with right:
        # The square is drawn on the very picture.
        if answer is not None or not isinstance(step.question, SquareQuestion):
            live.given(step.part, moment)
    if answer is None:
        note("What happens is shown once you have answered.")
        return
    if step.part.SLOW:
        facts = live.facts(step.part, moment)
    draw_answer(
        # Named in the style; another step's answer never stands in for this one's.
        re.sub("[^a-zA-Z0-9_-]", "-", moment.key),
        facts,
        partial(_draw_look, opened, answer, moment, explained),
        LOOK_HEIGHT if isinstance(facts, Unanswered) else 0,
    )


def _draw_given_answer(opened: Opened, answer: Answer) -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    row.markdown(f"**You said:** {inert(in_words(opened.step.question, answer))}")
    row.button(
        "Answer anew",
        key=f"learn.anew.{opened.at}",
        icon=":material/undo:",
        on_click=keep,
        args=(opened.name, opened.id, None),
    )


def _draw_look(opened: Opened, answer: Answer, moment: Moment, explained: set[str], facts: Facts) -> None:
    """Draw what happened beside what was expected, the live part to be tried, and why."""
    step, explained = opened.step, set(explained)
    live = live_of(step.part)
    known = _written(step, facts) | {ANSWER: in_words(step.question, answer)}
    fact = facts.get(step.question.right)
    right = is_right(step.question, answer, fact)
    if opened.learnt.right.get(opened.id) != right:
        judge(opened.name, opened.id, answer, right, opened.throw)
        opened.learnt.right[opened.id] = right
    with st.container(border=True):
        st.html(f"<p class='lab-step'>{'Right' if right else 'Not so'}</p>")
        _draw_text(filled(step.explain.right if right else step.explain.wrong, known), explained)
        if isinstance(step.question, CurveQuestion) and isinstance(answer, list) and isinstance(fact, tuple):
            draw_chart(
                curve_figure(step.question, [float(one) for one in answer], fact),
                f"{moment.key}.curves",
                f"You expected {known[ANSWER]}; it went {known[step.question.right]}.".replace("<", ""),
            )
        if isinstance(step.question, SortQuestion) and isinstance(answer, list):
            _draw_sorted(step.question, [str(pile) for pile in answer], known, explained)
    st.html("<p class='lab-step'>Look</p>")
    if step.look:
        _draw_text(filled(step.look, known), explained)
    live.look(step.part, moment, facts)
    with st.container(border=True):
        st.html("<p class='lab-step'>Why</p>")
        _draw_text(filled(step.explain.why, known), explained)
    way_on = live.link(step.part, moment, facts)
    if way_on is not None:
        script, label, parameters = way_on
        st.container(key="learn-way-on").page_link(
            script, label=inert(label), icon=":material/open_in_new:", query_params=parameters
        )


def _draw_sorted(question: SortQuestion, answer: list[str], known: Mapping[str, str], explained: set[str]) -> None:
    """Draw each statement with the pile it belongs to, and why; those that lay elsewhere are marked."""
    for one, pile in zip(question.statements, answer, strict=True):
        mark = "✓" if pile == one.pile else "✗"
        draw_prose(
            f"{mark} “{filled(one.says, known)}” {question.piles[one.pile]}: {filled(one.why, known)}", explained
        )


def _draw_ends(opened: Opened, is_held: bool) -> None:
    """Draw the ways on: the next step, another case, or what one can do now."""
    name, lesson, learnt, at = opened.name, opened.lesson, opened.learnt, opened.at
    done = opened.id in learnt.answers
    if opened.is_check and done:
        if learnt.right.get(CHECK_ID):
            st.success(f"You can {inert(lesson.can)}")
        elif CHECK_ID in learnt.right:
            warn("This is still open: look once more at the steps before, or take another case.")
        note(f"A wrong idea that this lesson mends: “{lesson.mends}”")
    if is_held:
        return
    row = st.container(horizontal=True)
    if at > 0:
        row.button("Back", key="learn.back", icon=":material/arrow_back:", on_click=go, args=(name, at - 1))
    if not opened.is_check:
        kind: Any = "primary" if done else "secondary"
        row.button(
            "Next", key="learn.next", type=kind, icon=":material/arrow_forward:", on_click=go, args=(name, at + 1)
        )
    elif done:
        row.button("Another case", key="learn.throw", icon=":material/casino:", on_click=throw_again, args=(name,))
        row.button("All lessons", key="learn.done", type="primary", icon=":material/school:", on_click=go, args=(None,))
    if learnt.answers:
        row.button(
            "Start this lesson again",
            key="learn.again",
            icon=":material/restart_alt:",
            on_click=_again,
            args=(name,),
        )


def _again(name: str) -> None:
    begin_again(name)
    go(name)


def _written(step: Step, facts: Facts | Unanswered | None) -> dict[str, str]:
    """Return facts as they stand in sentences."""
    if facts is None or isinstance(facts, Unanswered):
        return {}
    return {name: step.part.FACTS[name].written(fact) for name, fact in facts.items()}


def _draw_text(text: str, explained: set[str]) -> None:
    for paragraph in text.strip().split("\n\n"):
        draw_prose(paragraph, explained)
