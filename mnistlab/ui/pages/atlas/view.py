"""The state of the page Atlas in the words of its link: layer, map, order and filter."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from mnistlab.results.atlas import Atlas
from mnistlab.ui.mends.beginning import begin_at, set_to
from mnistlab.ui.parts.text import warn
from mnistlab.ui.state import links

SORTS = ("similarity", "number", "score", "class", "beside digits")
FILTERS = ("all", "idle", "rescued")
LAYER, MAP, SORT, FILTER = "layer", "map", "sort", "only"
# The state of a first visit, in the words of the link; the default layer depends on the network.
DEFAULTS = {LAYER: "", MAP: "0", SORT: SORTS[0], FILTER: FILTERS[0]}
VIEW, LAYER_KEY, MAP_KEY = "atlas|view", "atlas.layer", "atlas.map"


def begin_atlas(layers: list[str]) -> dict[str, str]:
    """Return the state of the page in the words of its link: the visitor's choices, or those of the link."""
    link = links.link_to_follow("atlas", DEFAULTS.__contains__, VIEW in st.session_state)
    if link is not None or VIEW not in st.session_state:
        asked = {**DEFAULTS, LAYER: layers[-1], **(link or {})}
        for name in DEFAULTS:
            st.session_state.pop(f"atlas.{name}", None)
        st.session_state[VIEW] = asked
        links.follow(atlas_link(asked, layers))
    view: dict[str, str] = st.session_state[VIEW]
    return view


def atlas_link(view: dict[str, str], layers: list[str]) -> dict[str, str]:
    """Return the link parameters that differ from a first visit."""
    usual = {**DEFAULTS, LAYER: layers[-1]}
    return {name: text for name, text in view.items() if text != usual[name]}


def choose(
    label: str, name: str, options: Sequence[str], default: str, view: dict[str, str], container: Any = st
) -> str:
    """Draw a choice in `container`, with its value from the view, and update the view."""
    if view[name] not in options:
        _refuse(name, f"one of {', '.join(options)}", view[name])
        view[name] = default
    key = f"atlas.{name}"
    view[name] = str(container.selectbox(label, options, begin_at(key, options, view[name]), key=key))
    return view[name]


def _refuse(name: str, expected: str, received: str) -> None:
    """Report an invalid value of the link; once, because the link is then written again."""
    warn(f"This link has an invalid setting: “{name}” should be {expected}. Received: {received[:40]!r}.")


def chosen_map(atlas: Atlas, view: dict[str, str]) -> int:
    """Return the number of the selected map, limited to the maps of the atlas."""
    numbers: list[int] = atlas.map_index.tolist()
    if MAP_KEY not in st.session_state:
        by_text = {str(number): number for number in numbers}
        if view[MAP] not in by_text:
            _refuse(MAP, f"a whole number from {numbers[0]} to {numbers[-1]}", view[MAP])
        st.session_state[MAP_KEY] = by_text.get(view[MAP], numbers[0])
    # The number of maps may have become smaller with another layer.
    chosen = set_to(MAP_KEY, min(max(int(st.session_state[MAP_KEY]), numbers[0]), numbers[-1]))
    view[MAP] = str(chosen)
    return chosen


def pick_map(number: int) -> None:
    """Select another map; for callbacks."""
    st.session_state[MAP_KEY] = number
