"""A recipe that takes longer -> its run on the long lane, with progress and Cancel; never computed twice."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnistlab.errors import MnistlabError
from mnistlab.recipes import Recipe
from mnistlab.store.runs import RESUMABLE, RunFolder
from mnistlab.ui import services
from mnistlab.ui.complaints import attempt
from mnistlab.ui.event_logs import events_of

TICK_SECONDS = 0.5


def run_of(recipe: Recipe, network: str = "") -> RunFolder | None:
    """Return the newest run of this very recipe that has a result or may still get one.

    Arguments:
        recipe: what to do.
        network: digest of the network the recipe names; a result that says it is another one's is passed over, such as that of the
            reference network of an earlier release.
    """
    for run in services.store().runs():
        if run.id.startswith(recipe.kind) and services.store().state(run).name not in ("cancelled", "damaged"):
            try:
                if run.recipe().digest == recipe.digest and run.summary().get("network", network) == network:
                    return run
            except MnistlabError:
                continue
    return None


def draw_job(
    recipe: Recipe, name: str, button: str, live: Callable[[RunFolder], Any] | None = None, network: str = ""
) -> RunFolder | None:
    """Draw the button that starts the job, or its progress; return its run once it is finished.

    Arguments:
        recipe: what to do.
        name: what the run is called in the lab.
        button: what its button says.
        live: draws what there is to see of a running job.
        network: as for `run_of`.
    """
    run = run_of(recipe, network)
    if run is None:
        st.button(
            button, type="primary", icon=":material/play_arrow:", on_click=attempt, args=(_start, recipe, name, network)
        )
        return None
    state = services.store().state(run)
    if state.name == "finished":
        return run
    if state.is_active:
        _watch(run, live)
        return None
    st.warning(state.reason)
    if state.name in RESUMABLE:
        st.button("Try again", icon=":material/refresh:", on_click=attempt, args=(services.engine().resume, run))
    return None


def _start(recipe: Recipe, name: str, network: str) -> None:
    if run_of(recipe, network) is None:
        services.engine().submit(services.store().create(recipe, name))


def _watch(run: RunFolder, live: Callable[[RunFolder], Any] | None) -> None:
    @st.fragment(run_every=TICK_SECONDS)
    def tick() -> None:
        state, events = services.store().state(run), events_of(run)
        if not state.is_active:
            st.rerun()
        last = events[-1] if events else {}
        share = min(last.get("done", 0) / max(last.get("total", 1), 1), 1.0)
        st.progress(share, text=f"{last.get('stage', state.name)}, {100 * share:.0f} %")
        st.button(
            "Cancel",
            icon=":material/close:",
            key=f"job.{run.id}",
            on_click=attempt,
            args=(services.engine().cancel, run),
        )
        if live is not None:
            live(run)

    tick()
