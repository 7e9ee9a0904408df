"""What a run on the page Train was asked for, whatever the choices beside it say now."""

from typing import Any

import streamlit as st

from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.differences import differences
from mnistlab.ui.pages.train.form import PAGE
from mnistlab.ui.parts.text import inert
from mnistlab.ui.state.recipe_state import set_content


def draw_choices(recipe: TrainingRecipe) -> None:
    """Say what this run was asked for: the choices beside it are those of the next."""
    changed = differences(recipe)
    st.caption(
        f"This run's own choices, where they are not the defaults: {inert('; '.join(changed))}."
        if changed
        else "This run has the default choices."
    )


def draw_use_again(recipe: TrainingRecipe, place: Any) -> None:
    """Draw, at `place`, the button that puts a run's choices into the form."""
    place.button(
        "Use these choices again", icon=":material/tune:", key="run.refill", on_click=set_content, args=(recipe, PAGE)
    )
