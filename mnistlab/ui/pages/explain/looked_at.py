"""The part of the chain that was chosen, closely: what it adds, what the network reads without it, and where it is shown otherwise."""

import numpy as np
import streamlit as st

from mnistlab.analysis.judgement import probabilities
from mnistlab.analysis.why import Row
from mnistlab.figures.shares import name_of, rank_sentence
from mnistlab.pictures.signed import over_digit
from mnistlab.ui.answers.kept_patterns import kept_patterns
from mnistlab.ui.pages.explain.chain import looked_at
from mnistlab.ui.pages.explain.shown import Shown
from mnistlab.ui.parts.readings import in_words
from mnistlab.ui.parts.text import inert, note
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.shell.map_links import draw_map_links
from mnistlab.ui.state.views import change_view

TILE = "6rem"


def draw_looked_at(prefix: str, shown: Shown) -> None:
    """Draw the chosen part; a sentence where there is no part."""
    row, place = looked_at(shown)
    if row is None:
        note("Nothing before it adds anything but the pixels.")
        return
    name = name_of(row, place)
    index = row.map_of(place)
    st.header(inert(f"{name[0].upper()}{name[1:]} of {row.layer}"))
    left, right = st.columns(2, gap="medium")
    with left:
        _pictures(shown, row, place, index)
    with right:
        note(rank_sentence(row, place))
        outputs = shown.outputs_without(row.layer, index)
        alone = "node" if row.kind == "nodes" else "map"
        words = in_words(probabilities(outputs), shown.network.classes)
        note(f"Without this {alone} alone the digit is {words}.")
        st.button(
            f"Why is this {alone} so active?",
            icon=":material/help_center:",
            key=f"{prefix}|deeper",
            on_click=change_view,
            args=(prefix, ""),
            kwargs={"question": "part", "layer": row.layer, "map_index": index},
        )
        links = st.container(horizontal=True)
        draw_map_links(row.layer, index, "", links, is_dense=row.kind == "nodes", digit=shown.view.digit)


def _pictures(shown: Shown, row: Row, place: int, index: int) -> None:
    pixels = row.pixels[place : place + 1]
    name = name_of(row, place)
    tiles, captions = (
        [over_digit(shown.digit.image, pixels, float(np.abs(pixels).max()))[0]],
        ["the pixels it rests on"],
    )
    patterns = {} if row.kind == "nodes" else kept_patterns(shown.model, row.layer, [index])
    if index in patterns:
        tiles.append(np.repeat(patterns[index][..., None], 3, axis=-1))
        captions.append("the pattern it looks for (OIP)")
    alts = [f"{shown.digit.name}: {captions[0]}, by way of {name}. {shown.colours}.", f"OIP of map {index}"]
    draw_tiles(np.stack(tiles), captions, alts[: len(tiles)], TILE)
