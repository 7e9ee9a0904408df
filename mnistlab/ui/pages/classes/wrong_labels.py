"""The part of the page Classes with labels that may be wrong: suspects, the visitor's verdicts, and what training without the wrong ones changes."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.labels import Suspects, suspects
from mnistlab.brought_sets import known_set
from mnistlab.data.digits import Digits
from mnistlab.data.sources import first_digits
from mnistlab.figures import labels as figures
from mnistlab.figures.digit_sheets import sentence
from mnistlab.recipes import LabelsRecipe, TrainingRecipe
from mnistlab.recipes.data_sets import DataName, data_set
from mnistlab.recipes.network import NetworkRecipe
from mnistlab.results.labels import LabelsResult
from mnistlab.settings import settings
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.verdicts import Verdict, Verdicts
from mnistlab.ui.answers.job import draw_job
from mnistlab.ui.answers.shared import kept_here
from mnistlab.ui.pages.classes.to_explain import draw_explain_training
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.parts.text import inert, note
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.shell.visitors import network, visitor
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.views import change_view
from mnistlab.wording import class_names

# Suspects that are shown at a time, per row, and per row on a narrow screen.
SHOWN, COLUMNS, NARROW = 24, 8, 4
BUTTONS: Mapping[Verdict, tuple[str, str]] = {
    "wrong": ("The label is wrong", ":material/close:"),
    "right": ("It is right", ":material/check:"),
    "unclear": ("I cannot tell", ":material/question_mark:"),
}


def draw_wrong_labels(prefix: str, content: Content, network: StoredNetwork, data: DataName) -> None:
    """Draw the search for wrong labels, its suspects, and the training without them.

    Arguments:
        prefix: prefix of the page's view.
        content: content of the view.
        network: the network in use, whose layers the networks that read have.
        data: the set whose training digits are looked at.
    """
    st.markdown(
        "Not every label is right. Networks that have **not** learned from a digit are asked what it is; where they are sure of something else, look for yourself."
    )
    layers = network.recipe.model_copy(update={"classes": len(data_set(data).classes)})
    recipe = LabelsRecipe(network=layers, data=data)
    run = draw_job(recipe, lambda: recipe, lambda _: "Wrong labels", "Look for wrong labels")
    if run is None:
        return
    result = LabelsResult.of(run.result())
    found = kept_here(f"suspects/{run.id}", lambda: suspects(result.outputs, result.labels))
    note(
        figures.found_sentence(
            found, len(result.labels), float((result.outputs.argmax(axis=1) == result.labels).mean())
        )
    )
    if not len(found.numbers):
        return
    some = first_digits(data, "train", len(result.labels))
    verdicts = _verdicts().of(visitor().id, data)
    _draw_suspects(prefix, content, found, some, verdicts, data)
    st.header("Training without them")
    _draw_training(layers, verdicts, data)


def _draw_suspects(
    prefix: str, content: Content, found: Suspects, some: Digits, verdicts: Mapping[int, Verdict], data: DataName
) -> None:
    names = class_names(known_set(data).classes, len(data_set(data).classes))
    numbers = found.numbers.tolist()
    waiting = [place for place, number in enumerate(numbers) if number not in verdicts]
    judged = [place for place, number in enumerate(numbers) if number in verdicts]
    asked = int(content.get("suspect", -1))
    looked_at = numbers.index(asked) if asked in numbers else (waiting or judged)[0]
    if looked_at in waiting[SHOWN:]:
        waiting = [looked_at, *(place for place in waiting if place != looked_at)]
    _draw_looked_at(prefix, found, looked_at, some, names, verdicts.get(numbers[looked_at]), data)
    for title, key, places in (("Not judged yet", "waiting", waiting), ("Judged", "judged", judged)):
        if not places:
            continue
        more = f"; the first {SHOWN} of {len(places)}" if len(places) > SHOWN else ""
        st.markdown(inert(f"{title}{more}: label → what it seems to be."))
        few = places[:SHOWN]
        pick_cell(
            figures.suspect_sheet(some.images, found, few, some.labels, names, COLUMNS),
            f"{prefix}|suspects.{key}",
            sentence([names[some.labels[numbers[place]]] for place in few], found.numbers[few]),
            numbers[looked_at] if looked_at in few else None,
            lambda number: change_view(prefix, "", suspect=number),
            narrow=NARROW,
        )
    note(figures.judged_sentence(verdicts))


def _draw_looked_at(
    prefix: str,
    found: Suspects,
    place: int,
    some: Digits,
    names: list[str],
    verdict: Verdict | None,
    data: DataName,
) -> None:
    number = int(found.numbers[place])
    label, read = int(some.labels[number]), int(found.read[place])
    left, right = st.columns([1, 4])
    with left:
        draw_tiles(255 - some.images[number][None], [f"label: {names[label]}"], [f"training digit {number}"], "8rem")
    with right:
        said = "" if verdict is None else f" Your verdict: {figures.WORDS[verdict]}."
        note(f"{figures.doubt_sentence(found, place, names[label], names[read])}{said}")
        row = st.container(horizontal=True)
        for one, (words, icon) in BUTTONS.items():
            row.button(
                inert(words),
                icon=icon,
                key=f"{prefix}|verdict.{one}",
                type="primary" if one == verdict else "secondary",
                on_click=_judge,
                args=(prefix, data, number, None if one == verdict else one),
            )
        draw_explain_training(number, label, read, row)


def _judge(prefix: str, data: DataName, number: int, verdict: Verdict | None) -> None:
    """Keep a verdict, or take it back; then the next is looked at."""
    attempt(_verdicts().keep, visitor().id, data, number, verdict)
    change_view(prefix, "", suspect=-1 if verdict else number)


def _draw_training(layers: NetworkRecipe, verdicts: Mapping[int, Verdict], data: DataName) -> None:
    recipe, without = _training(layers, {}, data), _training(layers, verdicts, data)
    if not without.left_out:
        note(
            "Once you have marked a label as wrong, a network can be trained without it, beside one that learns from all."
        )
        return
    now = partial(_training_now, layers, data)
    count = len(without.left_out)
    left, right = st.columns(2)
    with left:
        st.markdown("With all digits")
        before = draw_job(recipe, lambda: recipe, lambda _: "With all labels", "Train with all digits")
    with right:
        st.markdown(inert(f"Without the {count} marked as wrong"))
        after = draw_job(without, now, lambda one: f"Without {len(one.left_out)} wrong labels", "Train without them")
    if before is None or after is None:
        note(
            "Both have the same start weights and the same order of the digits, so that the labels alone make the difference."
        )
        return
    note(figures.change_sentence(_confusion(before), _confusion(after), count))


def _training_now(layers: NetworkRecipe, data: DataName) -> TrainingRecipe:
    """Return the training without what is marked at this moment, which may be ahead of the page; for a callback."""
    return _training(layers, _verdicts().of(visitor().id, data), data)


def _training(layers: NetworkRecipe, verdicts: Mapping[int, Verdict], data: DataName) -> TrainingRecipe:
    wrong = sorted(number for number, verdict in verdicts.items() if verdict == "wrong")
    size = min(data_set(data).train, TrainingRecipe.model_fields["train_size"].default)
    return TrainingRecipe(network=layers, data=data, train_size=size, without=",".join(str(number) for number in wrong))


def _confusion(run: RunFolder) -> NDArray[np.int64]:
    return np.asarray(run.result()["confusion"])


def _verdicts() -> Verdicts:
    return Verdicts(settings().home, network())
