"""A training run on a page: its progress while it runs, its results when it has ended, and actions on it."""

import streamlit as st

from mnistlab.brought_sets import known_set
from mnistlab.errors import MnistlabError, StoreError
from mnistlab.figures import confusion
from mnistlab.recipes import TrainingRecipe
from mnistlab.results.training import TrainingResult
from mnistlab.store.events import Event
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import RunState
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.pages.train.run_actions import draw_actions, draw_controls
from mnistlab.ui.pages.train.run_choices import draw_choices, draw_use_again
from mnistlab.ui.pages.train.run_figures import draw_comparison, draw_figures
from mnistlab.ui.parts.cells import draw_cells
from mnistlab.ui.parts.text import fail, inert, note, tell
from mnistlab.ui.shell import services
from mnistlab.ui.shell.event_logs import events_of
from mnistlab.ui.shell.run_words import ICONS, describe

TICK_SECONDS = 0.5


def draw_run(run: RunFolder) -> TrainingRecipe:
    """Draw `run`, and update it while it is at work; return its recipe.

    Raises:
        StoreError: if its recipe cannot be read.
    """
    recipe = run.recipe()
    if not isinstance(recipe, TrainingRecipe):
        raise StoreError(f"The run “{run.name()}” is no training; the page Lab leads to it.")
    active = services.store().state(run).is_active

    @st.fragment(run_every=TICK_SECONDS if active else None)
    def live() -> None:
        state, events = services.store().state(run), events_of(run)
        if active and not state.is_active:
            # Ends the timer and shows the result.
            rerun_page()
        _status(run, state, events)
        draw_controls(run, state)
        if events:
            draw_figures(run, recipe, events, state)

    with st.container(border=True):
        live()
        draw_choices(recipe)
        if active:
            draw_use_again(recipe, st)
        else:
            _outcome(run, recipe)
    return recipe


def _status(run: RunFolder, state: RunState, events: list[Event]) -> None:
    last = events[-1] if events else {}
    st.markdown(f"{ICONS[state.name]} **{inert(run.name())}** — {inert(describe(run, state, last))}")
    if state.reason:
        (fail if state.name in ("failed", "damaged") else tell)(state.reason)
    if state.name == "finished":
        return
    share, total = last.get("done", 0) / max(last.get("total", 1), 1), last.get("total", 0)
    st.progress(min(share, 1.0), text=f"{100 * share:.0f} % of {total:,} batches" if total else "no batch yet")


def _outcome(run: RunFolder, recipe: TrainingRecipe) -> None:
    """Draw the result, and the actions on it."""
    draw_comparison(run)
    summary = run.summary()
    if summary:
        try:
            matrix = TrainingResult.of(run.result()).confusion
        except MnistlabError as error:
            fail(f"The result cannot be read: {error}")
        else:
            st.header("Confusion matrix")
            names = known_set(recipe.data).classes
            text = confusion.sentence(matrix, names)
            draw_cells(confusion.matrix_sheet(matrix, classes=names), "run.confusion", text)
            note(text)
    draw_actions(run, recipe, bool(summary))
