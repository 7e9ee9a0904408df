"""The part of the page Classes about changed digits: how well the network, beside another, reads them the more they are changed; as a job."""

from collections.abc import Callable
from functools import partial
from io import BytesIO

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.data.sources import digits
from mnistlab.errors import MnistlabError
from mnistlab.figures import robustness as curves
from mnistlab.patterns.distortions import CHUNK, one_changed
from mnistlab.recipes import RobustnessCurvesRecipe
from mnistlab.recipes.data_sets import DataName, data_set
from mnistlab.recipes.robustness import Distortion
from mnistlab.recipes.views import ClassesView
from mnistlab.results.robustness import RobustnessResult
from mnistlab.store.models import REFERENCE, find_network
from mnistlab.store.run_folder import RunFolder
from mnistlab.ui.answers.job import draw_job
from mnistlab.ui.answers.shared import kept_here
from mnistlab.ui.mends.beginning import begin_at, begin_with
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.table import draw_table
from mnistlab.ui.parts.text import fail, note
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.shell import services
from mnistlab.ui.shell.epochs import read_epoch
from mnistlab.ui.shell.event_logs import events_of
from mnistlab.ui.shell.frame import model_title
from mnistlab.ui.shell.run_choice import TRAINED, runs_to_choose
from mnistlab.ui.state.content import Content
from mnistlab.wording import in_digits

NOBODY, TITLE = "", "Changed digits"
# Digit that is shown changed, and how often.
SAMPLE, SHOWN = 0, 6


def draw_robust(prefix: str, content: Content, model: str, data: DataName) -> None:
    """Draw the curves, or the button that has them made.

    Arguments:
        prefix: prefix of the page's view.
        content: content of the view, which is updated.
        model: name of the network.
        data: the set of the test digits.
    """
    count = data_set(data).test
    st.markdown(
        f"How far can digits be moved, turned, blurred or covered before they are misread? All {count:,} test digits are read again for eight "
        "changes, each in ten strengths."
    )
    own = _curves_of(model, data, lambda: read_epoch(prefix, content), "Read changed digits")
    if own is None:
        return
    other = _other(prefix, content, model, data)
    reads = [own] if other is None else [own, other]
    note(curves.sentence(own))
    kind = _kind(prefix, content, own)
    text = curves.sentence_of(own, kind) if other is None else curves.comparison(own, other, kind)
    draw_chart(curves.figure(reads, kind), f"{prefix}|robust", text, tools=True)
    note(f"{text} The bands are 95 % intervals.")
    _draw_sample(kind, data)
    draw_table(*curves.rows(reads))
    row = st.container(horizontal=True)
    row.download_button("Data (NPZ)", partial(_npz, own.result), "robustness.npz", on_click="ignore")
    recipe = _recipe(model, data)
    row.download_button("Recipe", recipe.to_json(), "robustness.json", "application/json", on_click="ignore")


def _recipe(model: str, data: DataName) -> RobustnessCurvesRecipe:
    return RobustnessCurvesRecipe(model=model, data=data, digits=data_set(data).test)


def _curves_of(model: str, data: DataName, now: Callable[[], str], button: str) -> curves.Read | None:
    """Return how a network reads changed digits; where that is not known, draw the job and return None."""
    run = draw_job(
        _recipe(model, data),
        lambda: _recipe(now(), data),
        lambda recipe: f"{TITLE}, {model_title(recipe.model)}",
        button,
        partial(_draw_live, data_set(data).test),
    )
    if run is None:
        return None
    summary = run.summary()
    return curves.Read(
        model_title(model), float(summary["accuracy"]), int(summary["digits"]), RobustnessResult.of(run.result())
    )


def _draw_live(count: int, run: RunFolder) -> None:
    drawn = curves.live_figure(events_of(run), count)
    if drawn is not None:
        draw_chart(drawn[0], f"live|{run.id}", drawn[1])
        note(drawn[1])


def _other(prefix: str, content: Content, model: str, data: DataName) -> curves.Read | None:
    """Draw the choice of a second network and return how it reads changed digits; None if there is none yet."""
    key, field = f"{prefix}.beside", ClassesView.model_fields["beside"]
    runs = [run.id for run in runs_to_choose(TRAINED, key, [content.get("beside")])]
    names = [NOBODY, *(name for name in (REFERENCE, *runs) if name != model)]
    if content.get("beside", NOBODY) not in names:
        content["beside"] = NOBODY
    chosen = st.selectbox(
        field.title or key,
        names,
        begin_at(key, names, content.get("beside", NOBODY)),
        format_func=lambda name: model_title(name) if name else "no other network",
        key=key,
        help=field.description,
    )
    content["beside"] = chosen
    if chosen == NOBODY:
        return None
    try:
        classes = find_network(chosen, services.store()).recipe.classes
    except MnistlabError as error:
        # Its folder lacks a part, or it has just been deleted.
        fail(str(error))
        return None
    if classes < len(data_set(data).classes):
        fail(f"That network knows {classes} classes, and these digits have {len(data_set(data).classes)}.")
        return None
    return _curves_of(chosen, data, lambda: st.session_state.get(key, chosen), "Read them with that network, too")


def _kind(prefix: str, content: Content, read: curves.Read) -> Distortion:
    key, field = f"{prefix}.change", ClassesView.model_fields["change"]
    kinds: list[Distortion] = read.result.kinds.tolist()
    kind: Distortion = st.pills(
        field.title or key,
        kinds,
        default=begin_with(key, content["change"] if content.get("change") in kinds else kinds[0]),
        format_func=curves.title_of,
        key=key,
        required=True,
        wrap=True,
        help=field.description,
    )
    content["change"] = kind
    return kind


def _draw_sample(kind: Distortion, data: DataName) -> None:
    """Draw a test digit changed more and more, as it was read."""
    if kind == "adversarial":
        note(
            "Each pixel goes a step up or down, all by the same amount, in the direction that harms the right answer most (Goodfellow and others 2014)."
        )
        return
    strengths = np.linspace(0, curves.full(kind), SHOWN)
    images = kept_here(f"changed/{data}/{kind}", partial(_changed, kind, data, strengths))
    words = [f"{in_digits(strength, 2)} {curves.unit_of(kind)}" for strength in strengths]
    draw_tiles(
        images, words, [f"Test digit {SAMPLE}, {curves.title_of(kind).lower()}: {word}" for word in words], "5rem"
    )


def _changed(kind: Distortion, data: DataName, strengths: NDArray[np.float64]) -> NDArray[np.uint8]:
    test, seed = digits(data, "test").images, RobustnessCurvesRecipe().seed
    count = min(CHUNK, len(test))
    return np.stack([one_changed(count, test[SAMPLE], SAMPLE, kind, float(strength), seed) for strength in strengths])


def _npz(result: RobustnessResult) -> bytes:
    buffer = BytesIO()
    np.savez_compressed(buffer, **result.arrays())  # type: ignore[arg-type]
    return buffer.getvalue()
