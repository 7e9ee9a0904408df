"""The live part that trains: a real run of seconds, with its curves; equal ones are one."""

import streamlit as st

from mnistlab.figures import curves
from mnistlab.lessons.declared import Facts
from mnistlab.lessons.slow_parts import TrainingPart
from mnistlab.lessons.trainings import training_facts, training_recipe
from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.link import to_link
from mnistlab.recipes.training import batches_per_epoch
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.sharing import Wish
from mnistlab.ui.answers.job import draw_job, run_of
from mnistlab.ui.pages.learn.live.moment import Live, Moment, Way
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell import services
from mnistlab.ui.shell.event_logs import events_of

QUANTITIES: tuple[curves.Quantity, ...] = ("loss", "accuracy")


def _given(part: TrainingPart, moment: Moment) -> None:
    recipe = training_recipe(part, moment.case)
    note(
        f"The training: {part.digits:,} digits, {part.epochs} epochs of {batches_per_epoch(recipe)} batches, "
        f"learning rate {recipe.learning_rate:g} at the start. It begins when you have answered and press its button."
    )


def _facts(part: TrainingPart, moment: Moment) -> Facts | None:
    recipe = training_recipe(part, moment.case)
    run = draw_job(
        recipe,
        lambda: recipe,
        lambda _: f"Lesson: {part.digits:,} digits, rate {recipe.learning_rate:g}",
        "Train now",
        lambda run: _draw_curves(run, recipe, moment),
    )
    return None if run is None else training_facts(part, recipe, events_of(run))


def _draw_curves(run: RunFolder, recipe: TrainingRecipe, moment: Moment) -> None:
    shown = [curves.Curve("this training", events_of(run), batches_per_epoch(recipe))]
    for place, quantity in zip(st.columns(2), QUANTITIES, strict=True):
        with place:
            draw_chart(
                curves.figure(shown, quantity),
                f"{moment.key}.{quantity}",
                curves.sentence(shown, quantity),
                heard=curves.heard(shown, quantity),
            )


def _look(part: TrainingPart, moment: Moment, facts: Facts) -> None:
    recipe = training_recipe(part, moment.case)
    run = run_of(Wish.of(recipe, services.store()))
    if run is not None:
        _draw_curves(run, recipe, moment)


def _link(part: TrainingPart, moment: Moment, facts: Facts) -> Way:
    recipe = training_recipe(part, moment.case)
    run = run_of(Wish.of(recipe, services.store()))
    named = {} if run is None else {"run": run.id}
    return "pages/train.py", "See this training with all its choices", {**to_link(recipe), **named}


TRAINING = Live(_facts, _look, _link, _given)
