"""What is asked on the page Explain: why one class and not another, why a class at all, or why a map or node is so active."""

from collections.abc import Sequence

import streamlit as st

from mnistlab.analysis.receptive import shown_layers
from mnistlab.analysis.why import ALONE, STRONGEST, Target
from mnistlab.recipes.explain_view import ExplainView
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.mends.beginning import begin_at, begin_with
from mnistlab.ui.parts.text import warn
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.views import change_view

QUESTIONS = {"against": "Why not another class", "class": "Why this class", "part": "Why a map or node"}


def choose_question(prefix: str, content: Content, network: StoredNetwork) -> None:
    """Draw the question and what belongs to it, and change `content` to what is chosen."""
    key = f"{prefix}.question"
    content["question"] = st.pills(
        "Question",
        list(QUESTIONS),
        default=begin_with(key, content["question"]),
        format_func=QUESTIONS.__getitem__,
        key=key,
        required=True,
        wrap=True,
        label_visibility="collapsed",
    )
    if content["question"] == "part":
        _choose_part(prefix, content, network)
        return
    columns = st.columns(2)
    with columns[0]:
        _choose_class(prefix, content, "label", "its answer", network.classes)
    if content["question"] == "against":
        with columns[1]:
            _choose_class(prefix, content, "against", "the next best", network.classes)


def target_of(view: ExplainView, network: StoredNetwork) -> Target:
    """Return what a view asks for, as far as this network has it."""
    layers = shown_layers(network.recipe)
    if view.question == "part":
        layer = next(layer for layer in layers if layer.row.name == (view.layer or _last_convolution(network)))
        return Target(layer.row.name, view.map_index if view.map_index < layer.row.shape[-1] else STRONGEST)
    label, against = (number if number < network.recipe.classes else STRONGEST for number in (view.label, view.against))
    return Target(layers[-1].row.name, label, against if view.question == "against" else ALONE)


def _choose_class(prefix: str, content: Content, name: str, automatic: str, classes: Sequence[str]) -> None:
    key, labels = f"{prefix}.{name}", [STRONGEST, *range(len(classes))]
    field = ExplainView.model_fields[name]
    content[name] = st.selectbox(
        field.title or name,
        labels,
        begin_at(key, labels, content[name]),
        format_func=lambda label: automatic if label == STRONGEST else classes[label],
        key=key,
        help=field.description,
    )


def _choose_part(prefix: str, content: Content, network: StoredNetwork) -> None:
    layers = {layer.row.name: layer for layer in shown_layers(network.recipe)[:-1]}
    if content["layer"] and content["layer"] not in layers:
        warn(f"The network in use has no layer “{content['layer']}” before its outputs; its last convolution is taken.")
        change_view(prefix, "", layer="", map_index=STRONGEST)
    left, right = st.columns(2)
    key, names = f"{prefix}.layer", list(layers)
    shown = begin_at(key, names, content["layer"] or _last_convolution(network))
    chosen = left.selectbox("Layer", names, shown, key=key, on_change=_forget_number, args=(prefix, key))
    content["layer"] = "" if chosen == _last_convolution(network) else chosen
    count, number = layers[chosen].row.shape[-1], f"{prefix}.map_index"
    if not STRONGEST <= content["map_index"] < count:
        change_view(prefix, "", map_index=STRONGEST)
    word = "Node" if layers[chosen].kind == "dense" else "Map"
    content["map_index"] = int(
        right.number_input(
            f"{word} (−1: strongest)",
            STRONGEST,
            count - 1,
            begin_with(number, content["map_index"]),
            key=number,
            help=f"0 to {count - 1}; −1: the one that is most active on this digit.",
        )
    )


def _forget_number(prefix: str, key: str) -> None:
    """Go to the most active map of another layer: a number of the last one says nothing there."""
    change_view(prefix, "", layer=st.session_state[key], map_index=STRONGEST)


def _last_convolution(network: StoredNetwork) -> str:
    return [layer.row.name for layer in shown_layers(network.recipe) if layer.kind == "convolution"][-1]
