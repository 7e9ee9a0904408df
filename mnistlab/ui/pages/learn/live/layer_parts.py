"""Live parts about layers: what a node sees, all maps of a layer, a map that is muted."""

from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.receptive import receptive_field, shown_layers
from mnistlab.figures import map_views, mosaics
from mnistlab.lessons.declared import Facts
from mnistlab.lessons.layers import (
    field_facts,
    field_layer,
    maps_facts,
    mute_facts,
    muted_map,
    node_of,
    shares_muted,
)
from mnistlab.lessons.quick_parts import FieldPart, MapsPart, MutePart
from mnistlab.pictures.mosaics import as_maps
from mnistlab.ui.mends.beginning import begin_at, begin_with
from mnistlab.ui.pages.learn.live.moment import Live, Moment, Way, at_once, digit_of, draw_digit, name_of
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.readings import as_bars, in_words
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell.frame import shared_parameters

ACTIVATIONS = "pages/activations.py"


def _given(part: FieldPart | MapsPart, moment: Moment) -> None:
    draw_digit(digit_of(part, moment), f"{name_of(part, moment)}.")


def _field_look(part: FieldPart, moment: Moment, facts: Facts) -> None:
    key, recipe = moment.key, moment.case.network.recipe
    layers = {shown.row.name: shown.row.shape for shown in shown_layers(recipe) if shown.kind != "dense"}
    names = list(layers)
    left, right = st.columns([2, 3], gap="large")
    with left:
        layer = st.selectbox(
            "Layer", names, begin_at(f"{key}.layer", names, field_layer(part, moment.case)), key=f"{key}.layer"
        )
        rows, columns, _ = layers[layer]
        begun = node_of(part, moment.case)
        places = []
        for name, count, first in (("Row", rows, begun[0]), ("Column", columns, begun[1])):
            # Another layer has other rows: a slider of its own.
            widget = f"{key}.{name}.{layer}"
            first = min(first, count - 1)
            places.append(
                st.slider(f"{name} of the node", 0, count - 1, begin_with(widget, first), key=widget)
                if count > 1
                else 0
            )
    with right:
        window = receptive_field(recipe, layer, *places)
        text = map_views.field_sentence(window)
        draw_chart(map_views.field(digit_of(part, moment), window), f"{key}.field", text)
        note(f"{layer}: {text}")


def _field_link(part: FieldPart, moment: Moment, facts: Facts) -> Way:
    row, column = node_of(part, moment.case)
    parameters = {
        **shared_parameters(),
        "act.digit.index": str(moment.case.number(part.digit)),
        "act.layer": field_layer(part, moment.case),
        "act.row": str(row),
        "act.column": str(column),
        "act.tab": "sum",
    }
    return ACTIVATIONS, f"See this node of {field_layer(part, moment.case)} with its sum", parameters


def _maps_look(part: MapsPart, moment: Moment, facts: Facts) -> None:
    layers = moment.case.layers(part.digit)
    maps = as_maps(layers[part.layer])
    chosen = int(st.session_state.get(f"{moment.key}|map", int(maps.max(axis=(0, 1)).argmax())))
    limits = min(float(one.min()) for one in layers.values()), max(float(one.max()) for one in layers.values())
    text = mosaics.sentence(part.layer, maps, "map")
    left, right = st.columns([7, 3], gap="medium")
    with left:
        pick_cell(
            mosaics.map_sheet(maps, "map", "viridis", limits),
            f"{moment.key}.maps",
            text,
            chosen,
            partial(_pick_map, f"{moment.key}|map"),
        )
        note(text)
    with right:
        values = maps[..., chosen]
        row, column = (int(place) for place in np.unravel_index(int(values.argmax()), values.shape))
        text = map_views.large_sentence(f"Map {chosen}", values, row, column)
        draw_chart(map_views.large(values, "viridis", row, column), f"{moment.key}.large", text)
        note(text)


def _pick_map(key: str, number: int) -> None:
    st.session_state[key] = number


def _maps_link(part: MapsPart, moment: Moment, facts: Facts) -> Way:
    chosen = st.session_state.get(f"{moment.key}|map", int(float(facts["strongest"])))  # type: ignore[arg-type]  # declared a number
    parameters = {
        **shared_parameters(),
        "act.digit.index": str(moment.case.number(part.digit)),
        "act.layer": part.layer,
        "act.map_index": str(chosen),
    }
    return ACTIVATIONS, f"See map {chosen} of {part.layer} and what makes it", parameters


def _mute_given(part: MutePart, moment: Moment) -> None:
    draw_digit(digit_of(part, moment), f"{name_of(part, moment)}.")
    before, _ = shares_muted(part, moment.case)
    _draw_shares("With all maps", before, moment)


def _draw_shares(title: str, shares: NDArray[np.float64], moment: Moment) -> None:
    classes = moment.case.network.classes
    st.html(as_bars(shares, classes))
    note(f"{title}: {in_words(shares, classes)}.")


def _mute_look(part: MutePart, moment: Moment, facts: Facts) -> None:
    maps = as_maps(moment.case.layers(part.digit)[part.layer])
    key = f"{moment.key}|muted"
    chosen = int(st.session_state.get(key, muted_map(part, moment.case)))
    before, without = shares_muted(part, moment.case)
    left, right = st.columns([7, 3], gap="medium")
    with left:
        text = mosaics.sentence(part.layer, maps, "layer")
        sheet = mosaics.map_sheet(maps, "layer", "viridis", (float(maps.min()), float(maps.max())))
        pick_cell(sheet, f"{moment.key}.maps", text, chosen, partial(_pick_map, key))
        note("Choose another map to mute it instead.")
    with right:
        _draw_shares("With all maps", before, moment)
        _draw_shares(f"Without map {chosen}", without[chosen], moment)


def _mute_link(part: MutePart, moment: Moment, facts: Facts) -> Way:
    chosen = int(st.session_state.get(f"{moment.key}|muted", muted_map(part, moment.case)))
    parameters = {
        **shared_parameters(),
        "act.digit.index": str(moment.case.number(part.digit)),
        "act.layer": part.layer,
        "act.map_index": str(chosen),
        "act.factors.0.layer": part.layer,
        "act.factors.0.index": str(chosen),
        "act.factors.0.factor": "0.0",
        "act.tab": "mute",
    }
    return ACTIVATIONS, f"See the reading without map {chosen}, and mute more", parameters


FIELD = Live(at_once(field_facts), _field_look, _field_link, _given, digit_of)
MAPS = Live(at_once(maps_facts), _maps_look, _maps_link, _given, digit_of)
MUTE = Live(at_once(mute_facts), _mute_look, _mute_link, _mute_given, digit_of)
