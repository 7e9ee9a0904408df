"""What other methods mark on the digit, and the test of each: is the answer gone when what it marks is taken away?"""

from functools import partial
from typing import Any

import streamlit as st

from mnistlab.analysis.reasons import winner_and_loser
from mnistlab.analysis.why import ALONE
from mnistlab.data.drawing import to_text
from mnistlab.engine.tasks.patterns import explain_by_methods
from mnistlab.explanations import METHODS
from mnistlab.figures import methods as pictures
from mnistlab.recipes import ExplanationRecipe
from mnistlab.recipes.explanation import ExplainedDigit, WhyRecipe
from mnistlab.results.explanation import ExplanationResult
from mnistlab.ui.answers.asking import answer
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.pages.explain.shown import Shown
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import note
from mnistlab.ui.state.views import change_view

# Of pictures and curves, in pixels on a wide page; pictures in a row on a narrow one.
HEIGHT, NARROW = 720, 3


def draw_methods(prefix: str, shown: Shown) -> None:
    """Draw the methods for this digit and question."""
    recipe = recipe_of(shown)
    key = f"methods/{recipe.digest}/{shown.network.digest}"
    found = answer(key, explain_by_methods, recipe.to_json(), aside=True)
    draw_answer(f"{prefix}-methods", found, partial(_draw, prefix, shown), HEIGHT)


def recipe_of(shown: Shown) -> ExplanationRecipe:
    """Return the recipe of what the page asks about."""
    target = shown.found.target
    if shown.found.is_output:
        # Of two outputs why the larger is larger, as the chain above has it.
        index, against = winner_and_loser(shown.found)
        why: dict[str, Any] = {"class": index} if against == ALONE else {"class": index, "against": against}
    else:
        place = "node" if target.layer.startswith("Dense") else "map_index"
        why = {"layer": target.layer, place: target.index}
    digit = ExplainedDigit(pixels=to_text(shown.digit.image))
    return ExplanationRecipe(model=shown.model, digit=digit, why=WhyRecipe.read(why))


def measure_of(shown: Shown) -> str:
    """Return what the curves follow while ink is taken away."""
    if not shown.found.is_output:
        return "its value, as a share,"
    index, against = winner_and_loser(shown.found)
    classes = shown.network.classes
    return f"the probability of {classes[index]}" + ("" if against == ALONE else f" rather than {classes[against]}")


def _draw(prefix: str, shown: Shown, found: ExplanationResult) -> None:
    names, measure = pictures.names_of(found), measure_of(shown)
    name = shown.view.method if shown.view.method in names else pictures.best_of(found)
    note(f"{shown.colours}; each picture has its own colour scale.")
    pick_cell(
        pictures.method_sheet(shown.digit.image, found, measure),
        f"{prefix}|methods",
        pictures.alt(found, measure),
        names.index(name),
        lambda number: change_view(prefix, "", method=names[number]),
        narrow=NARROW,
    )
    text = pictures.trial_sentence(found, name, measure)
    draw_chart(pictures.trial_curves(found, name), f"{prefix}|tested", text)
    note(text)
    method = METHODS[name]
    st.markdown("**What it does not show**")
    note(method.does_not_show)
    note(f"{method.formula}, where s is what is explained and x the picture. {method.source}.")
