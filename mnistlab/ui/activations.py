"""The page Activations."""

import streamlit as st

from mnistlab.data.centring import advice
from mnistlab.data.inputs import Input, find_input
from mnistlab.errors import MnistlabError
from mnistlab.figures import mosaics, outputs
from mnistlab.mosaics import as_maps
from mnistlab.pictures import png
from mnistlab.receptive import stages
from mnistlab.recipes.network import NetworkRecipe
from mnistlab.recipes.views import ActivationsLink, ActivationsView
from mnistlab.ui import services
from mnistlab.ui.asking import Layers, see, wait_for_answers
from mnistlab.ui.digit_picker import draw_picker
from mnistlab.ui.frame import model_in_use, network_in_use
from mnistlab.ui.recipe_form import choices_of
from mnistlab.ui.views import begin_view, change_view, finish_view

PREFIX = "act"
CHART = {"displayModeBar": False}


def draw_activations() -> None:
    """Draw the page."""
    st.title("What every layer makes of a digit")
    content = begin_view(ActivationsLink, PREFIX)
    network, source = network_in_use(), services.source_in_use()[0]
    _known_layer(content, network.recipe)
    left, right = st.columns([2, 5], gap="large")
    with left:
        draw_picker(PREFIX, "digit", content["digit"], source.name, model_in_use(), network.digest)
    with right:
        _choose_layer(content, network.recipe)
    view = finish_view(ActivationsLink, PREFIX).act
    try:
        chosen = find_input(view.digit, source.name)
    except MnistlabError as error:
        right.info(str(error))
        wait_for_answers()
        return
    seen, why_not = see(model_in_use(), network.digest, [chosen.image])
    with left:
        _verdict(chosen, seen[0] if seen else None)
    with right:
        if seen is None:
            st.caption(why_not)
        else:
            _mosaic(view, seen[0])
    wait_for_answers()


def _known_layer(content: dict[str, object], recipe: NetworkRecipe) -> None:
    names = [stage.row.name for stage in stages(recipe)]
    if content["layer"] not in names:
        st.warning(f"The network in use has no layer “{content['layer']}”; {names[0]} is shown instead.")
        change_view(PREFIX, "", layer=names[0], map_index=0, row=-1, column=-1)


def _choose_layer(content: dict[str, object], recipe: NetworkRecipe) -> None:
    names = [stage.row.name for stage in stages(recipe)]
    key = f"{PREFIX}.layer"
    if key not in st.session_state:
        st.session_state[key] = content["layer"]
    st.pills(
        "Layer",
        names,
        key=key,
        required=True,
        on_change=lambda: change_view(PREFIX, "", layer=st.session_state[key], map_index=0, row=-1, column=-1),
    )
    with st.expander("Colours and scale", icon=":material/palette:"):
        content |= choices_of(ActivationsView, content, PREFIX, ("scale", "colours"))


def _verdict(chosen: Input, layers: Layers | None) -> None:
    picture, bars = st.columns([2, 3])
    read = "…" if layers is None else str(int(list(layers.values())[-1].argmax()))
    picture.image(png(chosen.image, 6), width="stretch", alt=f"{chosen.name}, 28×28 pixels, as the network gets it")
    for sentence in advice(chosen.image):
        st.caption(sentence)
    if layers is not None:
        values = list(layers.values())[-1]
        with bars:
            st.markdown(f"**reads {read}**")
            st.plotly_chart(
                outputs.figure(values, chosen.label), key=f"{PREFIX}|bars", config=CHART, alt=outputs.sentence(values)
            )
    st.caption(chosen.name[0].upper() + chosen.name[1:])


def _mosaic(view: ActivationsView, layers: Layers) -> None:
    maps = as_maps(layers[view.layer])
    limits = (
        min(float(values.min()) for values in layers.values()),
        max(float(values.max()) for values in layers.values()),
    )
    key = f"{PREFIX}|mosaic"
    st.plotly_chart(
        mosaics.figure(maps, view.scale, view.colours, limits, view.map_index),
        key=key,
        on_select=lambda: _click(key),
        selection_mode="points",
        config=CHART,
        alt=mosaics.sentence(view.layer, maps, view.scale),
    )
    st.caption(mosaics.sentence(view.layer, maps, view.scale))


def _click(key: str) -> None:
    points = st.session_state[key].selection.points
    if points:
        change_view(PREFIX, "", map_index=int(points[0]["customdata"]), row=-1, column=-1)
