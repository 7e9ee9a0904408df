"""The live part about an explanation and its test: the pixels an answer rests on are taken away, beside as much ink at random."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.figures.shares import pixels_picture
from mnistlab.lessons.blots import Blots, blot_facts, blots, shares_without
from mnistlab.lessons.declared import Facts
from mnistlab.lessons.quick_parts import BlotPart
from mnistlab.ui.answers.shared import kept_here
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.pages.learn.live.moment import Live, Moment, Way, at_once, digit_of, draw_digit, name_of
from mnistlab.ui.parts.readings import as_bars, in_words
from mnistlab.ui.parts.text import note
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.shell.frame import shared_parameters

EXPLAIN = "pages/explain.py"
TILE = "9rem"


def _found(part: BlotPart, moment: Moment) -> Blots:
    case = moment.case
    key = f"blots/{case.network.digest}/{case.data}/{case.throw}/{part.digit}"
    return kept_here(key, lambda: blots(part, case))


def _given(part: BlotPart, moment: Moment) -> None:
    digit = digit_of(part, moment)
    draw_digit(digit, f"{name_of(part, moment)}.")
    picture = pixels_picture(digit, _found(part, moment).pixels)
    words = "What its pixels add to the answer: red speaks for it, blue against it"
    draw_tiles(picture[None], ["what its pixels add"], [words], TILE)


def _look(part: BlotPart, moment: Moment, facts: Facts) -> None:
    key, found = f"{moment.key}.share", _found(part, moment)
    share = st.slider("Ink taken away, %", 5, 80, begin_with(key, part.share), step=5, key=key)
    shares = shares_without(found, share / 100, moment.case)
    taken, digit = found.taken(share / 100), digit_of(part, moment)
    titles = ("Without what speaks most for the answer", "Without as much by lot")
    for column, title, gone, read in zip(st.columns(2, gap="medium"), titles, taken, shares, strict=False):
        with column:
            _draw_side(title, digit, gone, read, moment)


def _draw_side(
    title: str, digit: NDArray[np.uint8], gone: NDArray[np.bool_], read: NDArray[np.float64], moment: Moment
) -> None:
    classes = moment.case.network.classes
    said = f"{title}: {in_words(read, classes)}."
    draw_tiles(np.where(gone, 0, digit).astype(np.uint8)[None], [title], [said], TILE)
    st.html(as_bars(read, classes))
    note(said)


def _link(part: BlotPart, moment: Moment, facts: Facts) -> Way:
    parameters = {
        **shared_parameters(),
        "why.digit.index": str(moment.case.number(part.digit)),
        "why.question": "class",
        "why.tab": "methods",
    }
    return EXPLAIN, "See what other methods mark, and the test of each", parameters


BLOT = Live(at_once(blot_facts), _look, _link, _given, digit_of)
