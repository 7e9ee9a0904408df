"""The precursor run of one map: the large-scale patterns that activate it, the best eight, and the ascents from them."""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from mnistlab.engine.tasks.patterns import follow_patterns, screen_map
from mnistlab.errors import RecipeError
from mnistlab.exports.bundle import zipped
from mnistlab.exports.precursor import precursor_files
from mnistlab.patterns.contrast import enhanced, plain
from mnistlab.recipes import OipRecipe, PrecursorRecipe
from mnistlab.results.precursor import Candidates, Screened
from mnistlab.ui.answers.asking import answer
from mnistlab.ui.answers.job import draw_job
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.pages.oip.form import read_form
from mnistlab.ui.parts.exports import draw_export
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.shell.frame import network_in_use
from mnistlab.wording import in_digits

Answer = TypeVar("Answer")
FAST, EXHAUSTIVE = "fast", "exhaustive"
METHOD = "oip.more.method"
# Height of an answer, in pixels on a wide page.
TILES_HEIGHT = 330


def draw_precursor(recipe: OipRecipe) -> None:
    """Draw the precursor run of the recipe's map."""
    target = recipe.target
    if target.map_index is None:
        st.markdown("A precursor run tries patterns on single maps; choose one above.")
        return
    st.markdown(
        "Three grey values on a 3×3 grid make 19,683 large-scale patterns. **Fast**: one look at all of them, ten trial steps "
        "for the best few dozen. **Exhaustive**: trial steps for all, as published; that takes about a minute."
    )
    method = st.segmented_control("Method", [FAST, EXHAUSTIVE], default=FAST, key=METHOD, required=True)
    choices = _choices(recipe, method)
    screened = _fast(choices) if method == FAST else _exhaustive(choices)
    draw_answer(f"oip-precursor-{method or FAST}", screened, _draw, TILES_HEIGHT)
    network = network_in_use()
    draw_export(st, f"precursor-{choices.digest[:8]}", lambda: zipped(precursor_files(choices, network)))


def _choices(recipe: OipRecipe, method: Any) -> PrecursorRecipe:
    target = recipe.target
    if target.map_index is None:
        raise RecipeError("A precursor run tries patterns on single maps. Choose one.")
    return PrecursorRecipe(model=recipe.model, layer=target.layer, maps=(target.map_index,), method=method or FAST)


def _now() -> PrecursorRecipe:
    return _choices(read_form(), st.session_state.get(METHOD))


def _title(choices: PrecursorRecipe) -> str:
    return f"Precursor of map {(choices.maps or (0,))[0]} of {choices.layer}"


def _fast(choices: PrecursorRecipe) -> Screened | Unanswered:
    return _asked(choices, screen_map, choices.to_json())


def _exhaustive(choices: PrecursorRecipe) -> Screened | Unanswered | None:
    with st.container():
        run = draw_job(choices, _now, _title, "Try every pattern")
    if run is None:
        return None
    result = Candidates.of(run.result())
    followed = _asked(choices, follow_patterns, choices.model, choices.to_json(), result.patterns[0])
    if isinstance(followed, Unanswered):
        return followed
    return Screened(followed, result.trial_scores[0], int(result.responding[0]))


def _asked(choices: PrecursorRecipe, task: Callable[..., Answer], *arguments: Any) -> Answer | Unanswered:
    return answer(f"precursor/{choices.digest}/{network_in_use().digest}", task, *arguments, aside=True)


def _draw(screened: Screened) -> None:
    best = int(np.argmax(screened.followed.scores))
    st.markdown(
        f"The map reacts to **{screened.responding:,}** of the patterns as they are. First the best eight and their score after the "
        f"trial steps, then what each became; number {best + 1} came out best."
    )
    trials = [f"{number}: {in_digits(score, 3)}" for number, score in enumerate(screened.trial_scores, start=1)]
    draw_tiles(plain(screened.followed.patterns), trials, [f"Start pattern {trial}" for trial in trials], "6rem")
    ends = [f"{number}: {in_digits(score, 3)}" for number, score in enumerate(screened.followed.scores, start=1)]
    draw_tiles(
        enhanced(screened.followed.images), ends, [f"What became of start pattern {end}" for end in ends], "6rem"
    )
