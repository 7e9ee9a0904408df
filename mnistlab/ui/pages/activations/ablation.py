"""The part of the page Activations that mutes or boosts maps and nodes."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from mnistlab.analysis.conclusions import of_changes, of_reading
from mnistlab.analysis.judgement import confusion_matrix, shares_right
from mnistlab.analysis.receptive import shown_layer
from mnistlab.engine.tasks.surveys import outputs_key, read_set
from mnistlab.figures import outputs as output_figures
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.views import ActivationsView, FactorChoice
from mnistlab.results.readings import Outputs
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.asking import kept
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.shared import Layers
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.mends.beginning import begin_with, set_to
from mnistlab.ui.pages.activations.chosen import Chosen
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.complaints import complain
from mnistlab.ui.parts.table import draw_table
from mnistlab.ui.parts.text import as_html, inert, note, tell
from mnistlab.ui.shell.frame import unreadable_digits
from mnistlab.ui.state.views import change_view, part_now
from mnistlab.wording import with_sign

UNCHANGED = 1.0
# Height of the table of accuracies, in pixels.
TABLE_HEIGHT = 490
FULL = "Four changes are the most at a time; undo one first."


def factors_of(view: ActivationsView) -> list[tuple[str, int, float]]:
    """Return the maps and nodes that are muted or boosted."""
    return [
        (change.layer, change.index, change.factor)
        for change in view.factors
        if change.layer and change.factor != UNCHANGED
    ]


def draw_ablation(
    prefix: str,
    view: ActivationsView,
    chosen: Chosen,
    model: str,
    network: StoredNetwork,
    data: DataName,
    plain: Layers,
    changed: Layers,
) -> None:
    """Draw the factor of the chosen map or node, the outputs with and without all changes, and the accuracy on demand."""
    st.markdown("How does the reading change if you mute or boost this map or node?")
    left, right = st.columns(2)
    with left:
        _factor(prefix, view, chosen)
        for slot, change in enumerate(view.factors):
            if change.layer:
                row = st.container(horizontal=True, vertical_alignment="center")
                row.markdown(f"{_name(change.layer, change.index, network)}: × {change.factor:g}")
                row.button("Undo", key=f"{prefix}|undo{slot}", on_click=_set, args=(prefix, slot, FactorChoice()))
    with right:
        before, after = (list(layers.values())[-1] for layers in (plain, changed))
        names = network.classes
        if factors_of(view):
            st.markdown(f"**{inert(of_reading(int(before.argmax()), int(after.argmax()), names))}**")
        text = "Without changes: " + output_figures.sentence(before, names)
        if factors_of(view):
            text = f"With changes: {output_figures.sentence(after, names)} {text}"
        draw_chart(
            output_figures.figure(after, None, before, [as_html(name) for name in names]), f"{prefix}|ablated", text
        )
        note(f"{text} Orange lines: without your changes.")
    _accuracy(prefix, view, model, network, data)


def _factor(prefix: str, view: ActivationsView, chosen: Chosen) -> None:
    layer = chosen.layer.row.name
    slot = _slot([(change.layer, change.index) for change in view.factors], layer, chosen.index)
    if slot is None:
        tell(FULL)
        return
    key = f"{prefix}|factor"
    set_to(key, view.factors[slot].factor if view.factors[slot].layer else UNCHANGED)
    field = FactorChoice.model_fields["factor"]
    st.slider(
        f"Multiply {chosen.word[0].lower()}{chosen.word[1:]} by",
        0.0,
        5.0,
        begin_with(key, UNCHANGED),
        0.25,
        key=key,
        help=field.description,
        on_change=_take_factor,
        args=(prefix, layer, chosen.index),
    )
    st.button(
        "Mute it",
        icon=":material/volume_off:",
        key=f"{prefix}|mute",
        on_click=_multiply,
        args=(prefix, layer, chosen.index, 0.0),
    )


def _name(layer: str, index: int, network: StoredNetwork) -> str:
    return f"{'Node' if shown_layer(network.recipe, layer).kind == 'dense' else 'Map'} {index} of {layer}"


def _slot(taken: list[tuple[str, int]], layer: str, index: int) -> int | None:
    """Return the slot of a changed map or node, else the first free slot; None if all are taken."""
    for wanted in ((layer, index), ("", 0)):
        for slot, (name, number) in enumerate(taken):
            if (name, number if name else 0) == wanted:
                return slot
    return None


def _take_factor(prefix: str, layer: str, index: int) -> None:
    _multiply(prefix, layer, index, float(st.session_state[f"{prefix}|factor"]))


def _multiply(prefix: str, layer: str, index: int, factor: float) -> None:
    # Looked up now, because a slot that was free when the page was drawn may be taken.
    slot = _slot([(change["layer"], change["index"]) for change in part_now(prefix, "factors")], layer, index)
    if slot is None:
        complain(FULL)
    else:
        gone = factor == UNCHANGED
        _set(prefix, slot, FactorChoice() if gone else FactorChoice(layer=layer, index=index, factor=factor))


def _set(prefix: str, slot: int, choice: FactorChoice) -> None:
    change_view(prefix, f"factors.{slot}", **choice.model_dump())


def _accuracy(prefix: str, view: ActivationsView, model: str, network: StoredNetwork, data: DataName) -> None:
    factors = tuple(factors_of(view))
    if not factors:
        return
    if sentence := unreadable_digits():
        note(sentence)
        return
    asked = st.session_state.setdefault(f"{prefix}|accuracy", set())
    if factors not in asked:
        st.button(
            "Accuracy of each class with these changes",
            key=f"{prefix}|measure",
            icon=":material/speed:",
            on_click=asked.add,
            args=(factors,),
        )
        return
    outputs: list[Outputs] = []
    lacking = None
    for some in ((), factors):
        key = outputs_key(network.digest, data, "test", some)
        answer = kept(key, Outputs, read_set, model, data, "test", some)
        if isinstance(answer, Unanswered):
            lacking = answer
            break
        outputs.append(answer)
    draw_answer(f"{prefix}-accuracy", lacking or outputs, partial(_draw_accuracy, network.classes), TABLE_HEIGHT)


def _draw_accuracy(classes: Sequence[str], outputs: list[Outputs]) -> None:
    """Draw the accuracy for each class, without changes and with them."""
    rows = [shares_right(confusion_matrix(answer.labels, answer.outputs)) for answer in outputs]
    cells = [
        (name, f"{100 * before:.2f} %", f"{100 * after:.2f} %", with_sign(100 * (after - before)))
        for name, before, after in zip((*classes, "all"), *rows, strict=True)
    ]
    draw_table(("Class", "Read right", "With changes", "Difference"), cells[:-1], cells[-1])
    st.markdown(f"**{inert(of_changes(rows[0][:-1].tolist(), rows[1][:-1].tolist(), classes))}**")
