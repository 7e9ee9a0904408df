"""Whether a method explains this network at all: what it marks once weights are random, and once the digit moves by a pixel."""

from functools import partial
from typing import Any

import streamlit as st

from mnistlab.engine.tasks.patterns import try_methods
from mnistlab.explanations import METHODS
from mnistlab.figures import trials as pictures
from mnistlab.results.explanation import Trials
from mnistlab.ui.answers.asking import answer
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.pages.explain.methods import measure_of, recipe_of
from mnistlab.ui.pages.explain.shown import Shown
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import note
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.state.views import change_view

# Of tiles, charts and words, in pixels on a wide page.
HEIGHT, TILE = 620, "6.5rem"


def draw_trials(prefix: str, shown: Shown) -> None:
    """Draw the choice of a method, and how it stands the tests."""
    recipe = recipe_of(shown)
    names, key = list(recipe.methods), f"{prefix}.method"
    # Without a choice the one of which most people have heard.
    chosen = shown.view.method if shown.view.method in names else "grad_cam"
    st.pills(
        "Method",
        names,
        default=begin_with(key, chosen),
        format_func=lambda name: METHODS[name].title,
        key=key,
        required=True,
        wrap=True,
        on_change=_take,
        args=(prefix, key),
    )
    found = answer(
        f"trials/{recipe.digest}/{shown.network.digest}", try_methods, shown.model, recipe.to_json(), aside=True
    )
    draw_answer(f"{prefix}-tested", found, partial(_draw, prefix, shown, names, chosen), HEIGHT)


def _take(prefix: str, key: str) -> None:
    change_view(prefix, "", method=st.session_state[key])


def _draw(prefix: str, shown: Shown, names: list[Any], chosen: Any, found: Trials) -> None:
    note(
        "An explanation of this network must change when its weights do. Here they are put in random places, layer by layer from the outputs down."
    )
    draw_tiles(*pictures.random_tiles(shown.digit.image, found, names.index(chosen)), TILE)
    said = pictures.random_sentence(found, names, chosen)
    note(said)
    draw_chart(pictures.random_chart(found, names, chosen), f"{prefix}|random", said)
    st.markdown("**The digit one pixel further**")
    said = pictures.moved_sentence(found, names, chosen, measure_of(shown))
    note(said)
    draw_chart(pictures.moved_chart(found, names, chosen), f"{prefix}|moved", said)
