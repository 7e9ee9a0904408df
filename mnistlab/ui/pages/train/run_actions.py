"""The actions on a training: control it, use it, download, rename and delete it."""

import streamlit as st

from mnistlab.engine.tasks.runs import export_script
from mnistlab.recipes import TrainingRecipe
from mnistlab.store.events import Event
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import RESUMABLE, RunState
from mnistlab.ui.pages.train.run_choices import draw_use_again
from mnistlab.ui.parts.complaints import announce, attempt
from mnistlab.ui.parts.exports import draw_export
from mnistlab.ui.parts.text import inert, note
from mnistlab.ui.shell import rights, services
from mnistlab.ui.shell.event_logs import events_of
from mnistlab.ui.shell.frame import model_in_use, use_model
from mnistlab.ui.shell.network_files import draw_network_files
from mnistlab.ui.shell.reports import draw_report
from mnistlab.ui.shell.run_words import is_cancelling
from mnistlab.ui.shell.visitors import owner_name
from mnistlab.ui.state.shown_run import show_run

# Drawing 60,000 embedded digits and packing them takes a quarter of a minute.
EXPORT_SECONDS = 120


def draw_controls(run: RunFolder, state: RunState) -> None:
    """Draw the controls of a run that has not ended."""
    if is_cancelling(run, state):
        return
    if state.is_active and rights.is_shared(run):
        st.caption("This is computed once for equal wishes, so it goes on to its end. Cancel takes you out of it.")
        st.button("Cancel", icon=":material/close:", key="run.cancel", on_click=attempt, args=(rights.cancel, run))
    elif not rights.may_keep(run):
        _controls_of_another(run, state)
    elif state.name in ("running", "paused"):
        row = st.container(horizontal=True)
        if state.name == "running":
            row.button(
                "Pause", icon=":material/pause:", key="run.pause", on_click=attempt, args=(rights.steer, run, "pause")
            )
        else:
            row.button(
                "Go on",
                icon=":material/play_arrow:",
                key="run.go_on",
                on_click=attempt,
                args=(rights.steer, run, "resume"),
            )
        row.button(
            "Stop and keep",
            icon=":material/stop:",
            key="run.stop",
            on_click=attempt,
            args=(rights.steer, run, "stop"),
            help="Ends now, and keeps the network as it is.",
        )
        row.button(
            "Cancel",
            icon=":material/close:",
            key="run.cancel",
            on_click=attempt,
            args=(rights.cancel, run),
            help="Ends now, and keeps nothing.",
        )
    elif state.name == "queued":
        st.button("Cancel", icon=":material/close:", key="run.cancel", on_click=attempt, args=(rights.cancel, run))
    elif state.name in RESUMABLE:
        st.button(
            "Resume",
            icon=":material/play_arrow:",
            key="run.resume",
            on_click=attempt,
            args=(rights.resume, run),
            type="primary",
        )


def _controls_of_another(run: RunFolder, state: RunState) -> None:
    if state.is_active and rights.may_leave(run):
        st.caption(f"{inert(owner_name(run))} started the same; it is computed once for all of you.")
        st.button("Leave this run", key="run.leave", on_click=attempt, args=(rights.cancel, run))
    else:
        st.caption(f"{inert(owner_name(run))}'s run: look at it, and copy what you like.")


def draw_actions(run: RunFolder, recipe: TrainingRecipe, has_network: bool) -> None:
    """Draw the actions on a run that has ended."""
    row = st.container(horizontal=True)
    if has_network:
        in_use = model_in_use() == run.id
        row.button(
            "In use everywhere" if in_use else "Use this network everywhere",
            type="primary",
            disabled=in_use,
            icon=":material/check:",
            key="run.use",
            on_click=use_model,
            args=(run.id,),
        )
    draw_use_again(recipe, row)
    with row.popover("Download", icon=":material/download:"):
        _downloads(run, recipe, has_network)
    if not rights.may_keep(run):
        return
    with row.popover("Rename", icon=":material/edit:", key=f"run.renaming.{run.id}", on_change="rerun"):
        st.text_input("New name", run.name(), max_chars=60, key=f"run.name.{run.id}")
        st.button("Save", key="run.rename", on_click=attempt, args=(_rename, run))
    with row.popover("Delete", icon=":material/delete:"):
        note(f"The run, its network and its curves. {rights.what_deleting_means(run)}")
        st.button("Delete for good", key="run.delete", on_click=attempt, args=(_delete, run))


def _downloads(run: RunFolder, recipe: TrainingRecipe, has_network: bool) -> None:
    st.download_button("Recipe (JSON)", recipe.to_json(), f"{run.id}.json", "application/json", on_click="ignore")
    engine = services.engine()
    draw_export(st, run.id, lambda: bytes(engine.ask(export_script, run.id).result(EXPORT_SECONDS)))
    draw_report(st, run.id, run.name(), lambda: [run])
    st.download_button(
        "History (CSV)", lambda: history_csv(events_of(run)), f"{run.id}.csv", "text/csv", on_click="ignore"
    )
    if has_network:
        weights = run.path / "model" / "weights.safetensors"
        st.download_button("Weights (safetensors)", weights.read_bytes, f"{run.id}.safetensors", on_click="ignore")
        draw_network_files(run.id)


def history_csv(events: list[Event]) -> str:
    """Return the history as CSV, with a row per epoch."""
    columns = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate")
    rows = [",".join(str(event.get(name, "")) for name in columns) for event in events if "epoch" in event]
    return "\n".join([",".join(columns), *rows]) + "\n"


def _rename(run: RunFolder) -> None:
    name = str(st.session_state.get(f"run.name.{run.id}") or "").strip()
    if name and name != run.name():
        rights.rename(run, name)
        announce("Renamed.")
    st.session_state[f"run.renaming.{run.id}"] = False


def _delete(run: RunFolder) -> None:
    rights.delete(run)
    show_run(None)
