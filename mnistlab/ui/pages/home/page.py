"""The page Home."""

from typing import Any

import streamlit as st

from mnistlab.recipes.data_sets import data_set
from mnistlab.ui.answers.asking import wait_for_answers
from mnistlab.ui.pages.home.drawing import draw_drawing
from mnistlab.ui.pages.home.ten import draw_ten
from mnistlab.ui.parts.network_picture import draw_network
from mnistlab.ui.parts.terms import introduce
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell.frame import data_in_use, network_in_use, shared_parameters, way_to
from mnistlab.ui.shell.menu import PAGES, WAY_IN, WAYS
from mnistlab.ui.state import links

INTRODUCTION = (
    "A laboratory for one small [[convolution|convolutional]] network that reads handwritten digits: see what it makes of a digit, "
    "find out what it looks for, and let it dream in a photo."
)


def draw_home() -> None:
    """Draw the page."""
    links.write({})
    row = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    row.title("Look inside a small network", width="content")
    _draw_way_in(row)
    introduce(INTRODUCTION, "pixel", "map", "pool", "dense layer", "node", "parameters", "carved")
    left, right = st.columns([7, 3], gap="large")
    with left.container(key="home-ten"):
        _draw_readings()
    with right.container(key="home-draw"):
        st.header("Draw your own")
        draw_drawing()
    with st.container(key="home-layers"):
        st.header("From 784 pixels to ten outputs")
        st.caption(
            "Layer by layer, what is found gets larger and more telling; where exactly it was gets lost. Choose one to look at it."
        )
        draw_network(network_in_use().recipe, lambda layer: {**shared_parameters(), "act.layer": layer})
    with st.container(key="home-ways"):
        _draw_ways()
    wait_for_answers()


def _draw_ways() -> None:
    st.header("Where to go from here")
    for column, (title, what, scripts) in zip(st.columns(len(WAYS)), WAYS, strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{title}**  \n{what}")
            for script in scripts:
                st.page_link(
                    script,
                    label=PAGES[script].way,
                    icon=":material/arrow_forward:",
                    query_params=way_to(script),
                    help=PAGES[script].what,
                )


def _draw_way_in(place: Any) -> None:
    """Draw where to begin for who is new to all this."""
    page = PAGES[WAY_IN]
    place.page_link(
        WAY_IN,
        label=f"New here? {page.way}",
        icon=page.icon,
        query_params=way_to(WAY_IN),
        help=page.what,
        width="content",
    )


def _draw_readings() -> None:
    throw: int = st.session_state.setdefault("home_throw", 0)
    st.header("How the network reads ten digits")
    draw_ten(throw)
    below = st.container(horizontal=True, vertical_alignment="center")
    below.button("Show ten more", icon=":material/casino:", on_click=_throw_again)
    whence = (
        "A small generator drew these after handwriting; none" if data_set(data_in_use()).draws else "None of these"
    )
    note(
        f"{whence} was in its training. The bars say how strongly it speaks for each class; choose a digit to see what every map makes of it.",
        below,
    )


def _throw_again() -> None:
    st.session_state["home_throw"] = st.session_state.get("home_throw", 0) + 1
