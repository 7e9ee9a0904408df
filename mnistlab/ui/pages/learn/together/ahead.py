"""The trainings of a lesson, computed before the class asks for them: whoever asks then finds them done."""

import streamlit as st

from mnistlab.lessons.case import Case
from mnistlab.lessons.lesson import Lesson
from mnistlab.lessons.partners import partner_recipe
from mnistlab.lessons.slow_parts import PartnerPart, TrainingPart
from mnistlab.lessons.trainings import training_recipe
from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.data_sets import is_brought
from mnistlab.store.run_life import RESUMABLE
from mnistlab.store.sharing import Wish
from mnistlab.ui.answers.first_digits import first_tests
from mnistlab.ui.answers.job import run_of
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell import rights, services
from mnistlab.ui.shell.frame import data_in_use, network_in_use


def draw_ahead(lesson: Lesson) -> None:
    """Draw how many trainings of a lesson are done, and the button that begins the others; nothing for a lesson without any."""
    recipes = _trainings(lesson)
    if not recipes:
        return
    runs = [run_of(Wish.of(recipe, services.store())) for recipe in recipes]
    states = [services.store().state(run) for run in runs if run is not None]
    done = sum(state.name == "finished" for state in states)
    active = sum(state.is_active for state in states)
    note(
        f"The trainings of this lesson: {done} of {len(recipes)} done, {active} at work or waiting. Done, they are there at once for all."
    )
    st.button(
        "Train them in advance",
        key="learn.teach.ahead",
        icon=":material/fast_forward:",
        disabled=done + active == len(recipes),
        on_click=attempt,
        args=(_begin, lesson),
    )


def _trainings(lesson: Lesson) -> list[TrainingRecipe]:
    """Return the different trainings of a lesson, as everybody meets them first; none where other pictures than digits are in use."""
    data = first_tests(data_in_use())[0]
    if is_brought(data):
        return []
    case = Case(network_in_use(), data)
    parts = [step.part for step in lesson.places]
    recipes = [training_recipe(part, case) for part in parts if isinstance(part, TrainingPart)]
    recipes += [partner_recipe(part, case) for part in parts if isinstance(part, PartnerPart)]
    return list({recipe.digest: recipe for recipe in recipes}.values())


def _begin(lesson: Lesson) -> None:
    """Begin the trainings that are neither done nor waiting; one that was interrupted goes on, unless it is another visitor's."""
    for recipe in _trainings(lesson):
        run = run_of(Wish.of(recipe, services.store()))
        is_broken_off = run is not None and services.store().state(run).name in RESUMABLE
        if run is not None and is_broken_off and rights.may_keep(run):
            rights.resume(run)
        elif run is None or is_broken_off:
            rights.start(recipe, f"Lesson: {recipe.train_size:,} digits, rate {recipe.learning_rate:g}")
