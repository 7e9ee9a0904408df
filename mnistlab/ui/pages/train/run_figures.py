"""The figures and curves of a training, with those of other trainings to compare."""

import streamlit as st

from mnistlab.analysis.conclusions import of_training, of_trainings
from mnistlab.errors import MnistlabError
from mnistlab.figures import curves
from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.training import batches_per_epoch
from mnistlab.store.events import Event
from mnistlab.store.models import REFERENCE, reference_history
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import RunState
from mnistlab.store.search import Search
from mnistlab.ui.mends.beginning import begin_with, set_to
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell import services
from mnistlab.ui.shell.event_logs import events_of
from mnistlab.ui.shell.run_choice import runs_to_choose

# Reports from which "time left" is estimated; few, so that a pause or a busy machine is soon forgotten.
SPEED_REPORTS = 20
WITH_CURVES = Search(kind="training", with_curves=True)
QUANTITIES: tuple[curves.Quantity, ...] = ("loss", "accuracy")
# Three fit beside each other on a screen of 1280 pixels, six on a wide one.
FIGURE_WIDTH = 130


def draw_reference() -> None:
    """Draw the curves of the reference network, to be shown before the first run."""
    with st.container(border=True):
        st.markdown("**How the reference network learned**, in 80 epochs on MNIST.")
        shown = [curves.Curve("reference network", reference_history(), 1)]
        _draw_curves(shown, "reference", logarithmic=True)


def draw_figures(run: RunFolder, recipe: TrainingRecipe, events: list[Event], state: RunState) -> None:
    """Draw the current figures of a training, and its curves beside those it is compared with."""
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
    shown = [_curve(run, recipe, events), *_compared(run)]
    _draw_curves(shown, "run", logarithmic=st.session_state.get("run.logarithmic", True))
    row = st.container(horizontal=True)
    for name, value in figures.items():
        row.metric(name, value, width=FIGURE_WIDTH)
    if not state.is_active and last and end:
        note(of_training(last["accuracy"], end["val_accuracy"], recipe.learnt, recipe.network.classes))
    if compared := of_trainings([(curve.name, own) for curve in shown if (own := curve.last_validation) is not None]):
        note(compared)


def _draw_curves(shown: list[curves.Curve], key: str, *, logarithmic: bool) -> None:
    """Draw loss above accuracy, each over the whole width, with one legend for both."""
    for quantity in QUANTITIES:
        is_first = quantity == QUANTITIES[0]
        figure = curves.figure(shown, quantity, logarithmic and quantity == "loss", legend=is_first)
        draw_chart(
            figure,
            f"{key}.{quantity}",
            curves.sentence(shown, quantity),
            tools=True,
            heard=curves.heard(shown, quantity),
        )


def draw_comparison(run: RunFolder) -> None:
    """Draw the choice of runs to compare with, and of the scale."""
    chosen = st.session_state.get("run.compare", [])
    others = runs_to_choose(WITH_CURVES, "run.compare", chosen)
    names = {REFERENCE: "Reference network"} | {other.id: other.name() for other in others if other.id != run.id}
    # A run that was deleted since is no longer an option.
    set_to("run.compare", [name for name in chosen if name in names])
    st.multiselect(
        "Compare with",
        list(names),
        begin_with("run.compare", []),
        format_func=lambda name: names[name],
        key="run.compare",
        max_selections=5,
    )
    st.toggle("Loss on a log scale", key="run.logarithmic", value=True)


def _compared(run: RunFolder) -> list[curves.Curve]:
    """Return the curves of the runs chosen for comparison that still exist."""
    compared = []
    for name in st.session_state.get("run.compare", []):
        if name == REFERENCE:
            compared.append(curves.Curve("reference network", reference_history(), 1))
            continue
        try:
            other = services.store().get(name)
            recipe = other.recipe()
        except MnistlabError:
            continue
        if isinstance(recipe, TrainingRecipe) and other.id != run.id:
            compared.append(_curve(other, recipe, events_of(other)))
    return compared


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
