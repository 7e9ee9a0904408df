"""The part of the page below an OIP: its scales, its uniqueness, diverse patterns, the precursor run, and the doctor."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from mnistlab.engine.tasks.patterns import examine_maps
from mnistlab.errors import RecipeError
from mnistlab.patterns.contrast import enhanced
from mnistlab.patterns.similarity import SAME
from mnistlab.recipes import OipRecipe
from mnistlab.recipes.start import FluctuationStart
from mnistlab.results.health import Health
from mnistlab.results.oip import OipResult
from mnistlab.ui.answers.asking import answer
from mnistlab.ui.answers.oip import find_oip
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.pages.oip.form import PAGE, read_form
from mnistlab.ui.pages.oip.precursor import draw_precursor
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.parts.text import fail, note
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.shell.frame import model_in_use, network_in_use
from mnistlab.ui.state.recipe_state import set_content
from mnistlab.wording import in_digits

SCALE_AMPLITUDE = 0.2
# Many starts are compared, so each climbs quickly: large steps reach in 100 what small ones reach in 1200.
QUICK = {"steps": 120, "step_size": 0.1}
# Heights of answers, in pixels on a wide page.
TILES_HEIGHT, SENTENCES_HEIGHT = 200, 100


def draw_more(recipe: OipRecipe) -> None:
    """Draw the chosen view; none at first, so that moving a slider computes only one pattern."""
    st.header("Ask further")
    views: dict[str, Callable[[OipRecipe], None]] = {
        "Which scale?": _scales,
        "The only one?": _unique,
        "What else?": _diverse,
        "What wakes it?": draw_precursor,
        "Why blank?": _doctor,
    }
    chosen = st.segmented_control(
        "View",
        list(views),
        key="oip.more",
        help="Which question to ask about this target.",
        label_visibility="collapsed",
        wrap=True,
    )
    if chosen is not None:
        views[chosen](recipe)


def _scales(recipe: OipRecipe) -> None:
    st.markdown(
        "The same target from each length scale alone, and from all four together: which scale carries its pattern?"
    )
    start = recipe.start if isinstance(recipe.start, FluctuationStart) else FluctuationStart()
    count = len(start.grids)
    choices = [tuple(SCALE_AMPLITUDE * (index == scale) for index in range(count)) for scale in range(count)]
    choices.append((SCALE_AMPLITUDE,) * count)
    names = [f"{grid}×{grid}" for grid in start.grids] + ["all together"]
    variants = [
        recipe.model_copy(
            update={
                "start": start.model_copy(update={"amplitudes": amplitudes, "strategy": "mixture"}),
                "ascent": recipe.ascent.model_copy(update=QUICK),
                "reports": 0,
                "answers": 1,
                "diversity": 0.0,
            }
        )
        for amplitudes in choices
    ]
    # All questions are asked before the first answer is waited for.
    for variant in variants:
        find_oip(variant, patience=0.0)
    answers = [find_oip(variant) for variant in variants]
    missing = [answer for answer in answers if isinstance(answer, Unanswered)]
    results = [answer for answer in answers if not isinstance(answer, Unanswered)]
    draw_answer("oip-scales", missing[0] if missing else results, partial(_draw_scales, names), TILES_HEIGHT)


def _draw_scales(names: list[str], results: list[OipResult]) -> None:
    captions = [
        f"{name}: {in_digits(result.figures['score'], 3)}" if result.figures["score"] > 0 else f"{name}: no response"
        for name, result in zip(names, results, strict=True)
    ]
    draw_tiles(
        enhanced(np.stack([result.image for result in results])),
        captions,
        [f"The pattern from scale {caption}" for caption in captions],
        "8rem",
    )
    best = int(np.argmax([result.figures["score"] for result in results]))
    note(f"The highest score comes from {names[best]}.")


def _unique(recipe: OipRecipe) -> None:
    st.markdown("Many random starts of the same kind, grouped by what they grew into: is there one pattern, or more?")
    _several(recipe, st.slider("Starts", 2, 64, 16, key="oip.more.starts"), 0.0)


def _diverse(recipe: OipRecipe) -> None:
    st.markdown("Several answers at once, pushed apart from each other: what else does this target react to?")
    count = st.slider("Answers", 2, 12, 4, key="oip.more.diverse")
    _several(
        recipe, count, st.slider("How strongly they are pushed apart", 0.1, 4.0, 1.0, 0.1, key="oip.more.strength")
    )


def _several(recipe: OipRecipe, count: int, strength: float) -> None:
    start = recipe.start if isinstance(recipe.start, FluctuationStart) else FluctuationStart()
    changes = {
        "start": start,
        "ascent": recipe.ascent.model_copy(update=QUICK),
        "answers": count,
        "diversity": strength,
        "reports": 0,
    }
    try:
        variant = OipRecipe.read(recipe.model_copy(update=changes).model_dump(mode="json"))
    except RecipeError as error:
        fail(str(error))
        return
    is_diverse = strength > 0
    slot = "oip-diverse" if is_diverse else "oip-unique"
    draw_answer(slot, find_oip(variant), partial(_draw_several, is_diverse), TILES_HEIGHT)


def _how_many(kinds: int, woke: int, starts: int) -> str:
    """Return a summary of the starts, such as “All 16 starts led to **the same pattern**.”."""
    some = f"All {starts} starts" if woke == starts else f"{woke} of {starts} starts woke the target and"
    end = "the same pattern" if kinds == 1 else f"{kinds} different patterns"
    return f"{some} led to **{end}**."


def _draw_several(is_diverse: bool, result: OipResult) -> None:
    groups, scores = result.groups, result.answer_scores
    assert groups is not None
    assert scores is not None
    assert result.answers is not None
    kinds = int(groups.max()) + 1
    alive = groups >= 0
    if not alive.any():
        st.markdown("None of the starts woke the target.")
        return
    st.markdown(_how_many(kinds, int(alive.sum()), len(groups)))
    order = np.lexsort((-scores, np.where(alive, groups, kinds)))
    captions = [
        f"{'pattern ' + str(groups[index] + 1) if alive[index] else 'no response'}: {in_digits(scores[index], 3)}"
        for index in order
    ]
    draw_tiles(enhanced(result.answers[order]), captions, captions, "6rem")
    if not is_diverse:
        st.caption(
            f"Two count as the same if they agree in more than {100 * SAME:.0f} %, without their grain and at the best shift of up to 7 pixels."
        )


def _doctor(recipe: OipRecipe) -> None:
    target = recipe.target
    if target.map_index is None:
        st.markdown("Only single maps are examined here; choose one above.")
        return
    key = f"doctor/{target.layer}/{network_in_use().digest}"
    number = target.map_index
    report = answer(key, examine_maps, model_in_use(), target.layer, aside=True)
    draw_answer("oip-doctor", report, lambda report: _draw_health(report[number]), SENTENCES_HEIGHT)


def _draw_health(health: Health) -> None:
    st.markdown(
        f"Map {health.map_index} reacts to **{int(health.digits.sum()):,}** training digits and to "
        f"**{health.patterns:,}** of {health.patterns_tried:,} large-scale patterns."
    )
    for index, finding in enumerate(health.findings):
        row = st.container(horizontal=True, vertical_alignment="center")
        row.markdown(f"- {finding.sentence}")
        if finding.remedy:
            row.button("Do that", key=f"oip.more.remedy.{index}", on_click=attempt, args=(_apply, finding.remedy))


def _apply(remedy: Mapping[str, Any]) -> None:
    content = read_form().model_dump(mode="json")
    for part, changes in remedy.items():
        content[part] = {**content[part], **changes}
    set_content(OipRecipe.read(content), PAGE)
