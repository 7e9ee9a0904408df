"""A recipe that takes long -> its run on the long lane, with progress and Cancel; equal recipes share a run."""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from mnistlab.errors import MnistlabError
from mnistlab.recipes import Recipe
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import RESUMABLE
from mnistlab.store.search import Search
from mnistlab.store.sharing import Wish, equal_run
from mnistlab.ui.answers.cost import cost_sentence
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.parts.text import inert, note, warn
from mnistlab.ui.shell import rights, services
from mnistlab.ui.shell.event_logs import events_of
from mnistlab.ui.shell.run_words import describe, is_cancelling
from mnistlab.ui.shell.visitors import owner_name

TICK_SECONDS = 0.5
JobRecipe = TypeVar("JobRecipe", bound=Recipe)
HALF_DONE = {"paused", *RESUMABLE}


def run_of(wish: Wish) -> RunFolder | None:
    """Return the newest run of the same computation; if there is none, an unfinished run of the recipe to continue."""
    # In a private lab another visitor's run is found only at the press of the button, as if it were new.
    shared = equal_run(wish, services.store())
    if shared is not None:
        return shared
    for run in services.store().find(Search(digest=wish.recipe.digest)):
        if services.store().state(run).name in HALF_DONE:
            try:
                if run.recipe().digest == wish.recipe.digest:
                    return run
            except MnistlabError:
                continue
    return None


def draw_job(
    recipe: JobRecipe,
    now: Callable[[], JobRecipe],
    title: Callable[[JobRecipe], str],
    button: str,
    live: Callable[[RunFolder], Any] | None = None,
) -> RunFolder | None:
    """Draw the button that starts the job, or its progress; return its run once it is finished.

    Arguments:
        recipe: the recipe as the page shows it.
        now: returns the recipe at the moment of a press, which may be ahead of the page; for the callback.
        title: returns the name of the run in the lab.
        button: label of the button.
        live: draws the current pictures of a running job.
    """
    wish = Wish.of(recipe, services.store())
    run = run_of(wish)
    if run is None:
        st.button(button, type="primary", icon=":material/play_arrow:", on_click=attempt, args=(_begin, now, title))
        note(cost_sentence(wish))
        return None
    state = services.store().state(run)
    if state.name == "finished":
        return run
    if state.is_active:
        _watch(run, live)
        return None
    warn(state.reason)
    if state.name in RESUMABLE and rights.may_keep(run):
        st.button("Try again", icon=":material/refresh:", on_click=attempt, args=(rights.resume, run))
    elif state.name in RESUMABLE:
        st.button("Try again", icon=":material/refresh:", on_click=attempt, args=(_begin, now, title))
    return None


def _begin(now: Callable[[], JobRecipe], title: Callable[[JobRecipe], str]) -> None:
    recipe = now()
    rights.start(recipe, title(recipe))


def _watch(run: RunFolder, live: Callable[[RunFolder], Any] | None) -> None:
    @st.fragment(run_every=TICK_SECONDS)
    def tick() -> None:
        state, events = services.store().state(run), events_of(run)
        if not state.is_active:
            rerun_page()
        last = events[-1] if events else {}
        share = min(last.get("done", 0) / max(last.get("total", 1), 1), 1.0)
        st.progress(share, text=inert(f"{describe(run, state, last)}, {100 * share:.0f} %"))
        if is_cancelling(run, state):
            pass
        elif rights.may_leave(run):
            st.button(
                "Cancel", icon=":material/close:", key=f"job.{run.id}", on_click=attempt, args=(rights.cancel, run)
            )
        else:
            st.caption(f"{inert(owner_name(run))} has started this; it is computed once for everybody.")
        if live is not None:
            live(run)

    tick()
