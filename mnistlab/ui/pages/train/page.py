"""The page Train."""

import time

import streamlit as st

from mnistlab.errors import MnistlabError
from mnistlab.recipes import TrainingRecipe
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.sharing import Wish
from mnistlab.ui.answers.cost import cost_sentence
from mnistlab.ui.pages.train.experiments import draw_experiments
from mnistlab.ui.pages.train.form import draw_form, draw_layers, read_form
from mnistlab.ui.pages.train.run_figures import draw_reference
from mnistlab.ui.pages.train.run_view import draw_run
from mnistlab.ui.parts.complaints import attempt, complain
from mnistlab.ui.parts.terms import introduce
from mnistlab.ui.parts.text import note, warn
from mnistlab.ui.shell import rights, services
from mnistlab.ui.shell.frame import choices_and_result
from mnistlab.ui.state.shown_run import show_run, shown_run

NAME, PRESSED = "train.name", "train|pressed"
# A second press within this time after the page has answered the first counts as a double click.
DOUBLE_SECONDS = 2.0


def draw_train() -> None:
    """Draw the page: choices on the left, the run on the right."""
    st.title("Train a network")
    introduce(
        "Choose, press Start, and watch: [[loss]] falls as the network learns, "
        "[[accuracy]] is the share of digits it reads right. The network never trains on [[validation]] digits.",
        "weights",
        "parameters",
        "epoch",
        "batch",
        "learning rate",
        "optimiser",
        "schedule",
        "regulariser",
        "seed",
        "convolution",
        "kernel",
        "pool",
        "dense layer",
        "node",
        "relu",
        "map",
        "confusion matrix",
    )
    draw_experiments()
    run_id = shown_run()
    left, right = choices_and_result()
    with left:
        recipe = draw_form()
    with right:
        with st.container(key="train-start"):
            _start_button(recipe)
        shown = _draw_shown(run_id)
        if recipe is not None:
            title = "Layers of this network" if shown is None else "Layers of the choices on the left"
            with st.container(key="train-layers").expander(title, icon=":material/table_rows:"):
                draw_layers(recipe)
        if shown is not None:
            _recipe_as_json(shown, "This run's recipe as JSON")
        elif recipe is not None:
            _recipe_as_json(recipe, "This recipe as JSON")


def _draw_shown(run_id: str | None) -> TrainingRecipe | None:
    """Draw the run that the link names; return its recipe, or None if there is none to show."""
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
    name, button = st.columns([3, 1], vertical_alignment="center")
    name.text_input(
        "Name of this run",
        key=NAME,
        max_chars=60,
        placeholder="Name of this run (optional)",
        label_visibility="collapsed",
    )
    note(cost_sentence(Wish.of(recipe, services.store())))
    _answer_press()
    # In a callback, so that pressing twice before the page answers starts one run.
    button.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        on_click=attempt,
        args=(_start,),
        width="stretch",
    )


def _start() -> None:
    """Start the training of the form as it stands at this moment, under the name in its field."""
    recipe = read_form()
    if _is_pressed_twice(recipe):
        return
    admitted = rights.start(recipe, str(st.session_state.get(NAME) or "").strip())
    if not admitted.is_new:
        complain("You already have this training; here it is. Change the seed for a different network.")
    show_run(admitted.run.id)
    st.session_state[PRESSED] = {"digest": recipe.digest, "run": admitted.run, "answered": None}


def _answer_press() -> None:
    """Record that the page answers the last press in this run: from now on the visitor can know of it."""
    pressed = st.session_state.get(PRESSED)
    if pressed is not None and pressed["answered"] is None:
        pressed["answered"] = time.monotonic()


def _is_pressed_twice(recipe: TrainingRecipe) -> bool:
    pressed = st.session_state.get(PRESSED)
    if pressed is None or pressed["digest"] != recipe.digest or not _goes_on(pressed["run"]):
        return False
    return pressed["answered"] is None or time.monotonic() - pressed["answered"] < DOUBLE_SECONDS


def _goes_on(run: RunFolder) -> bool:
    """Return whether a run is active or has finished; after a cancelled run the visitor may want another."""
    state = services.store().state(run)
    return state.is_active or state.name == "finished"


def _recipe_as_json(recipe: TrainingRecipe, title: str) -> None:
    with st.container(key="train-recipe").expander(title, icon=":material/data_object:"):
        st.caption("The same recipe on the command line: `python -m mnistlab run recipe.json --out folder`")
        st.code(recipe.to_json(), language="json")
        st.download_button(
            "Download recipe.json", recipe.to_json(), "recipe.json", "application/json", on_click="ignore"
        )
