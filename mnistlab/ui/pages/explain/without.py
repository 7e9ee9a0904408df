"""What is left of an answer while more and more maps are muted: those it rests on most, beside random ones."""

from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.judgement import probabilities
from mnistlab.analysis.reasons import winner_and_loser
from mnistlab.analysis.uses import KEPT_OVER
from mnistlab.engine.tasks.surveys import see_uses, uses_key
from mnistlab.figures.shares import muting_curve, muting_sentence
from mnistlab.recipes.data_sets import DataName, data_set
from mnistlab.results.readings import Uses
from mnistlab.ui.answers.asking import kept
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.pages.explain.shown import Shown
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import note

# Of the second curve with its words, in pixels on a wide page.
HEIGHT = 280


def draw_without(prefix: str, shown: Shown) -> None:
    """Draw the curve; a sentence where there are no maps to mute."""
    found = shown.found
    if found.muting is None or not found.total:
        note("There are no maps before it that it could do without.")
        return
    muting, (index, _) = found.muting, winner_and_loser(found)
    values: NDArray[np.floating]
    by_chance: NDArray[np.floating]
    if found.is_output:
        values, by_chance = (probabilities(outputs)[:, index] for outputs in (muting.values, muting.by_chance))
        what, title = f"The output for {shown.network.classes[index]}", f"output for {shown.network.classes[index]}"
    else:
        # Of a value below zero its size, which falls as well when what it rests on is muted.
        values, by_chance = (
            found.sign * outputs[:, found.target.index] for outputs in (muting.values, muting.by_chance)
        )
        what, title = ("Its value", "value") if found.sign > 0 else ("The size of its value", "size of the value")
    text = muting_sentence(muting.counts, values, by_chance, what)
    draw_chart(muting_curve(muting.counts, values, by_chance, title, muting.layer), f"{prefix}|without", text)
    note(f"{text} If the chain is right, the first line falls faster than the second.")
    if found.is_output:
        data, digest = shown.data, shown.network.digest
        uses = kept(uses_key(digest, data), Uses, see_uses, shown.model, data)
        draw_answer(f"{prefix}-kept", uses, partial(_draw_kept, prefix, muting.layer, data), HEIGHT)


def _draw_kept(prefix: str, layer: str, data: DataName, uses: Uses) -> None:
    """Draw the same over many digits: how many of their answers stay."""
    st.markdown(
        f"Over the first {min(KEPT_OVER, data_set(data).test):,} test digits, each without the maps that its own answer rests on:"
    )
    text = muting_sentence(uses.counts, uses.kept, uses.kept_by_chance, "The share of answers that stay")
    draw_chart(
        muting_curve(uses.counts, uses.kept, uses.kept_by_chance, "answers that stay", layer), f"{prefix}|kept", text
    )
    note(text)
