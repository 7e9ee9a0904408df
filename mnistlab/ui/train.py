"""The page Train."""

import streamlit as st

from mnistlab.errors import MnistlabError
from mnistlab.recipes import TrainingRecipe
from mnistlab.ui import rights, services
from mnistlab.ui.complaints import attempt, complain
from mnistlab.ui.cost import cost_sentence
from mnistlab.ui.run_view import draw_reference, draw_run
from mnistlab.ui.text import note, warn
from mnistlab.ui.training_form import draw_form, draw_layers

RUN = "run"


def draw_train() -> None:
    """Draw the page: choices on the left, the run they led to on the right."""
    st.title("Train a network")
    st.markdown(
        "Choose, press Start, and watch: **loss** falls as the network learns, "
        "**accuracy** is the share of digits it reads right. Validation digits are never learnt from."
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        recipe = draw_form()
    with right:
        _start_button(recipe)
        shown = _shown_run()
        if recipe is not None:
            title = "Layers of this network" if shown is None else "Layers of the choices on the left"
            with st.expander(title, icon=":material/table_rows:"):
                draw_layers(recipe)
        if shown is not None:
            _recipe_as_json(shown, "This run's recipe as JSON")
        elif recipe is not None:
            _recipe_as_json(recipe, "This recipe as JSON")


def _shown_run() -> TrainingRecipe | None:
    """Draw the run that the link names; return its recipe, or None where there is none to show."""
    run_id = st.query_params.get(RUN)
    if not run_id:
        draw_reference()
        return None
    try:
        return draw_run(services.store().get(run_id))
    except MnistlabError as error:
        warn(str(error))
        return None


def _start_button(recipe: TrainingRecipe | None) -> None:
    if recipe is None:
        st.button(
            "Start",
            type="primary",
            disabled=True,
            icon=":material/play_arrow:",
            help="Mend the choices first.",
        )
        return
    name, button = st.columns([3, 1], vertical_alignment="bottom")
    title = name.text_input(
        "Name of this run", key="train.name", max_chars=60, placeholder="a name to find it by (optional)"
    )
    note(cost_sentence(recipe))
    # The click is handled by a callback: pressing twice before the page answers makes one run.
    button.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        on_click=attempt,
        args=(_start, recipe, title),
        width="stretch",
    )


def _start(recipe: TrainingRecipe, title: str) -> None:
    admitted = rights.start(recipe, title.strip())
    if not admitted.is_new:
        complain("This very training has been started or done already: here it is. Another seed makes another network.")
    st.query_params[RUN] = admitted.run.id


def _recipe_as_json(recipe: TrainingRecipe, title: str) -> None:
    with st.expander(title, icon=":material/data_object:"):
        st.caption("The same recipe on the command line: `python -m mnistlab run recipe.json --out folder`")
        st.code(recipe.to_json(), language="json")
        st.download_button(
            "Download recipe.json", recipe.to_json(), "recipe.json", "application/json", on_click="ignore"
        )
