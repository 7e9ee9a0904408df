"""First experiments: sets of choices that each show the effect of one choice, in a minute or two."""

from typing import Any

import streamlit as st

from mnistlab.recipes import TrainingRecipe
from mnistlab.ui.pages.train.form import PAGE
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.shell.frame import data_in_use
from mnistlab.ui.state.recipe_state import set_content

QUICK = {"train_size": 3_000, "epochs": 3}
# Name on the button, what to watch for, and the choices that differ from the default recipe.
EXPERIMENTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "Few digits",
        "300 digits, seen 20 times: watch it learn them by heart, while validation stays behind.",
        {"train_size": 300, "epochs": 20, "network": {"regularizer": None}},
    ),
    (
        "Rate too large",
        "Steps a hundred times as far: watch the loss jump about, or stay where it is.",
        {**QUICK, "learning_rate": 0.1},
    ),
    (
        "No pools",
        "Nothing is made smaller between the convolutions: how many parameters, and is it worth them?",
        {**QUICK, "network": {"conv": [{"filters": 8}, {"filters": 16}, {"filters": 32}], "pool": [1, 1]}},
    ),
    (
        "One map",
        "A single map to see the world through: how far does that get?",
        {**QUICK, "network": {"conv": [{"filters": 1}], "pool": []}},
    ),
)


def draw_experiments() -> None:
    """Draw a button for each; a click fills in the form, and the visitor presses Start."""
    row = st.container(key="train-experiments", horizontal=True, gap="small", vertical_alignment="center")
    row.caption("First experiments", width="content")
    for name, lesson, changes in EXPERIMENTS:
        row.button(name, key=f"experiment|{name}", help=lesson, on_click=attempt, args=(_choose, changes))


def _choose(changes: dict[str, Any]) -> None:
    set_content(TrainingRecipe.read({**changes, "data": data_in_use()}), PAGE)
