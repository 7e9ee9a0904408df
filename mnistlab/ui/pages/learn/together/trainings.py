"""The trainings that members of a class have carried out since it was opened, beside each other."""

from dataclasses import dataclass

import streamlit as st

from mnistlab.errors import MnistlabError
from mnistlab.figures import accuracies
from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.differences import beside
from mnistlab.store.class_roll import Roll
from mnistlab.store.classroom import About
from mnistlab.store.search import Search
from mnistlab.ui.mends.beginning import begin_at
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import as_html, note, tell
from mnistlab.ui.shell import services

FIELD = "learn.teach.field"
# A table that nobody reads to its end is no help.
MOST_SHOWN = 200


@dataclass(frozen=True)
class Trained:
    """A finished training. `name`: of the run; `who`: of the members who asked for it; `accuracy`: on validation digits."""

    name: str
    who: str
    recipe: TrainingRecipe
    accuracy: float


def trained_in(about: About, roll: Roll) -> list[Trained]:
    """Return the finished trainings of a class, the best first; in a private lab only those that its teacher may see."""
    found = []
    for run in services.store().find(Search(kind="training")):
        members = [roll[one] for one in (run.owner(), *run.joined()) if one in roll]
        # (Milliseconds of two clocks.)
        if not members or run.created() < about.opened - 1:
            continue
        try:
            recipe, accuracy = run.recipe(), run.summary().get("val_accuracy")
        except MnistlabError:
            continue
        if isinstance(recipe, TrainingRecipe) and isinstance(accuracy, int | float):
            who = ", ".join(member.name or "without a name" for member in members)
            found.append(Trained(run.name(), who, recipe, float(accuracy)))
    return sorted(found, key=lambda one: -one.accuracy)[:MOST_SHOWN]


def draw_trainings(about: About, roll: Roll) -> None:
    """Draw them as a table of what they differ in, and any choice against accuracy."""
    trained = trained_in(about, roll)
    if not trained:
        tell("No training of this class has ended yet.")
        return
    choices = beside([one.recipe for one in trained])
    heads = "".join(f"<th scope='col'>{as_html(title)}</th>" for title in ("Training", "Who", *choices, "Accuracy"))
    rows = ""
    for place, one in enumerate(trained):
        cells = (one.name, one.who, *(values[place] for values in choices.values()), f"{100 * one.accuracy:.2f} %")
        rows += "<tr>" + "".join(f"<td>{as_html(cell)}</td>" for cell in cells) + "</tr>"
    st.html(f"<div class='lab-wide'><table class='lab-roll'><tr>{heads}</tr>{rows}</table></div>")
    found = [one.accuracy for one in trained]
    note(accuracies.sentence(found))
    if choices:
        titles = list(choices)
        title = st.selectbox("Against", titles, begin_at(FIELD, titles, titles[0]), key=FIELD)
        names = [as_html(one.name) for one in trained]
        draw_chart(
            accuracies.figure(choices[str(title)], found, names, as_html(str(title))),
            "learn.teach.accuracies",
            accuracies.sentence(found),
        )
