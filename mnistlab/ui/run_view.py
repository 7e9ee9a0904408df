"""A training run on a page: how it goes while it runs, what came out when it is done, and what can be done with it."""

import streamlit as st

from mnistlab.engine import Outlook, tasks
from mnistlab.engine.admission import in_words
from mnistlab.engine.silence import restarted
from mnistlab.errors import MnistlabError, StoreError
from mnistlab.figures import confusion, curves
from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.training import batches_per_epoch
from mnistlab.store.events import Event
from mnistlab.store.models import REFERENCE, reference_history
from mnistlab.store.runs import RESUMABLE, RunFolder, RunState
from mnistlab.ui import rights, services
from mnistlab.ui.beginning import begin_with, set_to
from mnistlab.ui.charts import ready
from mnistlab.ui.complaints import announce, attempt
from mnistlab.ui.event_logs import events_of
from mnistlab.ui.frame import model_in_use, use_model
from mnistlab.ui.reruns import rerun_page
from mnistlab.ui.run_choices import draw_choices, draw_use_again
from mnistlab.ui.shown_run import show_run
from mnistlab.ui.text import fail, inert, note, tell
from mnistlab.ui.visitors import owner_name

TICK_SECONDS = 0.5
# The speed for "time left" is taken over the last reports: a pause or a busy machine is soon forgotten.
SPEED_REPORTS = 20
ICONS = {
    "queued": ":material/hourglass_empty:",
    "running": ":material/directions_run:",
    "paused": ":material/pause:",
    "finished": ":material/check_circle:",
    "failed": ":material/error:",
    "cancelled": ":material/cancel:",
    "interrupted": ":material/power_off:",
    "damaged": ":material/broken_image:",
}
EXPORT_SECONDS = 60
QUANTITIES: tuple[curves.Quantity, ...] = ("loss", "accuracy")
CHART = {"displaylogo": False}


def draw_reference() -> None:
    """Draw how the reference network learned: something to look at before the first run."""
    with st.container(border=True):
        st.markdown(
            "**This is how the reference network learned**, in 80 epochs on MNIST. Press Start for one of your own."
        )
        shown = [curves.Curve("reference network", reference_history(), 1)]
        for column, quantity in zip(st.columns(2), QUANTITIES, strict=True):
            figure = curves.figure(shown, quantity, logarithmic=quantity == "loss")
            column.plotly_chart(
                ready(figure), key=f"reference.{quantity}", config=CHART, alt=curves.sentence(shown, quantity)
            )


def draw_run(run: RunFolder) -> TrainingRecipe:
    """Draw `run` and keep drawing while something works on it; return its recipe.

    Raises:
        StoreError: its recipe cannot be read.
    """
    recipe = run.recipe()
    if not isinstance(recipe, TrainingRecipe):
        raise StoreError(f"The run “{run.name()}” is no training; the page Lab leads to it.")
    active = services.store().state(run).is_active

    @st.fragment(run_every=TICK_SECONDS if active else None)
    def live() -> None:
        state, events = services.store().state(run), events_of(run)
        if active and not state.is_active:
            # Ends the timer and shows what came out.
            rerun_page()
        _status(run, state, events)
        _controls(run, state)
        if events:
            _figures(run, recipe, events, state)

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
    share = last.get("done", 0) / max(last.get("total", 1), 1)
    st.progress(min(share, 1.0), text=f"{100 * share:.0f} % of {last.get('total', 0):,} batches")


def describe(run: RunFolder, state: RunState, last: Event) -> str:
    """Return where a run is in its life, in words."""
    if is_cancelling(run, state):
        return "cancelling …"
    match state.name:
        case "queued" if services.engine().phase != "ready":
            return _after_losses(state, "queued; it begins as soon as the workers are there")
        case "queued":
            return _after_losses(state, in_line(services.engine().outlook(run)))
        case "running":
            stage = str(last.get("stage", "preparing"))
            return _after_losses(state, "training" if stage == "epoch done" else stage)
        case "finished" if not run.summary().get("complete", True):
            return "stopped early and kept"
        case _:
            return state.name


def is_cancelling(run: RunFolder, state: RunState) -> bool:
    """Return whether somebody has cancelled a run that is not at its end yet: there is nothing more to ask of it."""
    return state.is_active and run.requested() == "cancel"


def _after_losses(state: RunState, words: str) -> str:
    told = restarted(state.losses)
    return f"{words}; {told}" if told else words


def in_line(outlook: Outlook) -> str:
    """Return where a waiting run stands, in words."""
    place = "queued, the next in line" if outlook.before == 0 else f"queued, {outlook.before} before it"
    if outlook.seconds is None or outlook.seconds < 1:
        return place
    return f"{place}; begins in about {in_words(outlook.seconds)}"


def _controls(run: RunFolder, state: RunState) -> None:
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
        st.button("I need it no more", key="run.leave", on_click=attempt, args=(rights.cancel, run))
    else:
        st.caption(f"{inert(owner_name(run))}'s run: look at it, and copy what you like.")


def _figures(run: RunFolder, recipe: TrainingRecipe, events: list[Event], state: RunState) -> None:
    training = [event for event in events if "images_per_second" in event]
    ends = [event for event in events if "epoch" in event]
    last = training[-1] if training else {}
    end = ends[-1] if ends else {}
    figures = {
        "Loss": f"{last['loss']:.3f}" if last else "–",
        "Accuracy": f"{100 * last['accuracy']:.1f} %" if last else "–",
        "Validation accuracy": f"{100 * end['val_accuracy']:.2f} %" if end else "–",
        "Learning rate": f"{last['learning_rate']:.2g}" if last else "–",
        "Images per second": f"{last['images_per_second']:,}" if last else "–",
        "Time left" if state.is_active else "Time taken": _time(events, state),
    }
    row = st.container(horizontal=True)
    for name, value in figures.items():
        row.metric(name, value, width=150)
    shown = [_curve(run, recipe, events), *_compared(run)]
    logarithmic = st.session_state.get("run.logarithmic", True)
    for column, quantity in zip(st.columns(2), QUANTITIES, strict=True):
        figure = curves.figure(shown, quantity, logarithmic and quantity == "loss")
        column.plotly_chart(ready(figure), key=f"run.{quantity}", config=CHART, alt=curves.sentence(shown, quantity))


def _compared(run: RunFolder) -> list[curves.Curve]:
    """Return the curves of the runs chosen for comparison that are still there."""
    found = []
    for name in st.session_state.get("run.compare", []):
        if name == REFERENCE:
            found.append(curves.Curve("reference network", reference_history(), 1))
            continue
        try:
            other = services.store().get(name)
            recipe = other.recipe()
        except MnistlabError:
            continue
        if isinstance(recipe, TrainingRecipe) and other.id != run.id:
            found.append(_curve(other, recipe, events_of(other)))
    return found


def _curve(run: RunFolder, recipe: TrainingRecipe, events: list[Event]) -> curves.Curve:
    return curves.Curve(run.name(), events, batches_per_epoch(recipe))


def _time(events: list[Event], state: RunState) -> str:
    if not state.is_active:
        return _duration(events[-1]["time"] - events[0]["time"])
    recent = events[-SPEED_REPORTS:]
    work, seconds = recent[-1]["done"] - recent[0]["done"], recent[-1]["time"] - recent[0]["time"]
    if state.name != "running" or work <= 0 or seconds <= 0:
        return "–"
    return _duration((recent[-1]["total"] - recent[-1]["done"]) * seconds / work)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _outcome(run: RunFolder, recipe: TrainingRecipe) -> None:
    """Draw what came out, and what can be done with it."""
    _compare(run)
    summary = run.summary()
    if summary:
        try:
            matrix = run.result()["confusion"]
        except (MnistlabError, KeyError) as error:
            fail(f"The result cannot be read: {error}")
        else:
            st.header("Which digits are read as which")
            st.plotly_chart(
                ready(confusion.figure(matrix)), key="run.confusion", config=CHART, alt=confusion.sentence(matrix)
            )
            note(confusion.sentence(matrix))
    _actions(run, recipe, bool(summary))


def _compare(run: RunFolder) -> None:
    names = {REFERENCE: "Reference network"} | {
        other.id: other.name() for other in services.store().runs() if other.id != run.id and _has_curves(other)
    }
    # A run that was deleted since is no choice any more.
    set_to("run.compare", [name for name in st.session_state.get("run.compare", []) if name in names])
    st.multiselect(
        "Compare with",
        list(names),
        begin_with("run.compare", []),
        format_func=lambda name: names[name],
        key="run.compare",
        max_selections=5,
    )
    st.toggle("Loss on a log scale", key="run.logarithmic", value=True)


def _has_curves(run: RunFolder) -> bool:
    try:
        return run.recipe().kind == "training" and (run.path / "events.jsonl").is_file()
    except MnistlabError:
        return False


def _actions(run: RunFolder, recipe: TrainingRecipe, has_network: bool) -> None:
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
    st.download_button(
        "History (CSV)", lambda: history_csv(events_of(run)), f"{run.id}.csv", "text/csv", on_click="ignore"
    )
    if has_network:
        weights = run.path / "model" / "weights.safetensors"
        st.download_button("Weights (safetensors)", weights.read_bytes, f"{run.id}.safetensors", on_click="ignore")
        st.download_button("Network (.keras)", lambda: _keras_file(run), f"{run.id}.keras", on_click="ignore")


def _keras_file(run: RunFolder) -> bytes:
    return bytes(services.engine().ask(tasks.export_keras, run.id).result(EXPORT_SECONDS))


def history_csv(events: list[Event]) -> str:
    """Return the history as CSV, a row an epoch."""
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
