"""The choices of the run on the page Train, which may differ from those in the form."""

from typing import Any

from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.differences import differences
from mnistlab.recipes.training import Engine
from mnistlab.ui.pages.train.form import PAGE
from mnistlab.ui.parts.text import note
from mnistlab.ui.state.recipe_state import set_content

# How a run was computed, by its engine.
ENGINES: dict[Engine, str] = {
    "compiled": "It is trained by mnistlab's own compiled loops.",
    "tensorflow": "It is trained by TensorFlow.",
}


def draw_choices(recipe: TrainingRecipe) -> None:
    """Draw the choices of this run; those in the form are for the next."""
    changed = differences(recipe)
    choices = (
        f"This run's own choices, where they are not the defaults: {'; '.join(changed)}."
        if changed
        else "This run has the default choices."
    )
    note(f"{choices} {ENGINES[recipe.engine]}")


def draw_use_again(recipe: TrainingRecipe, container: Any) -> None:
    """Draw, in `container`, the button that copies a run's choices into the form."""
    container.button(
        "Use these choices again", icon=":material/tune:", key="run.refill", on_click=set_content, args=(recipe, PAGE)
    )
