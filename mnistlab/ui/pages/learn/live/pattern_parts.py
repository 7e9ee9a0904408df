"""Live parts about what a map looks for: a pattern that grows, from each scale alone, and from several throws."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.figures import score as score_figure
from mnistlab.lessons.declared import Facts
from mnistlab.lessons.patterns import (
    growth_facts,
    growth_recipe,
    scale_recipes,
    scales_facts,
    throws_facts,
    throws_recipe,
)
from mnistlab.lessons.slow_parts import GrowthPart, ScalesPart, ThrowsPart
from mnistlab.patterns.contrast import enhanced
from mnistlab.patterns.fluctuations import fluctuations
from mnistlab.recipes import OipRecipe
from mnistlab.recipes.link import to_link
from mnistlab.recipes.start import FluctuationStart
from mnistlab.results.oip import OipResult
from mnistlab.ui.answers.oip import find_oip
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.pages.learn.live.moment import Live, Moment, Way
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import note
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.shell.frame import shared_parameters

OIP = "pages/oip.py"


def _start_of(recipe: OipRecipe) -> NDArray[np.float32]:
    assert isinstance(recipe.start, FluctuationStart)
    return fluctuations(recipe.start)


def _growth_given(part: GrowthPart, moment: Moment) -> None:
    recipe = growth_recipe(part, moment.case, moment.model)
    draw_tiles(
        enhanced(_start_of(recipe)[None]), ["the random start"], ["a random picture of light and dark spots"], "10rem"
    )


def _growth_facts(part: GrowthPart, moment: Moment) -> Facts | Unanswered:
    found = find_oip(growth_recipe(part, moment.case, moment.model))
    return found if isinstance(found, Unanswered) else growth_facts(part, moment.case, found)


def _growth_look(part: GrowthPart, moment: Moment, facts: Facts) -> None:
    found = find_oip(growth_recipe(part, moment.case, moment.model))
    if isinstance(found, Unanswered):
        return
    captions = ["start", *(f"step {step}" for step in found.report_steps)]
    pictures = np.concatenate([found.start[None], found.report_images])
    alts = [f"The pattern of map {facts['map']:.0f}, {caption}" for caption in captions]
    draw_tiles(enhanced(pictures), captions, alts)
    draw_chart(
        score_figure.figure(found.scores, found.report_steps),
        f"{moment.key}.score",
        f"Score over {len(found.scores)} steps, from {found.scores[0]:.3g} to {found.scores[-1]:.3g}.",
    )


def _growth_link(part: GrowthPart, moment: Moment, facts: Facts) -> Way:
    return OIP, "See this ascent with all its choices", _parameters(growth_recipe(part, moment.case, moment.model))


def _parameters(recipe: OipRecipe) -> dict[str, str]:
    link = {name: text for name, text in to_link(recipe).items() if name != "model"}
    return {**shared_parameters(), **link}


def _scales_given(part: ScalesPart, moment: Moment) -> None:
    recipes = scale_recipes(part, moment.case, moment.model)
    captions = [f"{grid}×{grid}" for grid in recipes]
    pictures = np.stack([_start_of(recipe) for recipe in recipes.values()])
    draw_tiles(enhanced(pictures), captions, [f"random spots on a grid of {caption}" for caption in captions], "7rem")


def _scales_found(part: ScalesPart, moment: Moment) -> dict[int, OipResult] | Unanswered:
    recipes = scale_recipes(part, moment.case, moment.model)
    # All are asked before the first is waited for.
    for recipe in recipes.values():
        find_oip(recipe, patience=0.0)
    found = {grid: find_oip(recipe) for grid, recipe in recipes.items()}
    missing = [one for one in found.values() if isinstance(one, Unanswered)]
    return missing[0] if missing else {g: one for g, one in found.items() if not isinstance(one, Unanswered)}


def _scales_facts(part: ScalesPart, moment: Moment) -> Facts | Unanswered:
    found = _scales_found(part, moment)
    return found if isinstance(found, Unanswered) else scales_facts(part, moment.case, found)


def _scales_look(part: ScalesPart, moment: Moment, facts: Facts) -> None:
    found = _scales_found(part, moment)
    if isinstance(found, Unanswered):
        return
    captions = []
    for grid, one in found.items():
        score = one.figures["score"]
        captions.append(f"from {grid}×{grid}: " + (f"score {score:.3g}" if score > 0 else "no response"))
    pictures = np.stack([one.image for one in found.values()])
    draw_tiles(enhanced(pictures), captions, [f"The pattern {caption}" for caption in captions], "9rem")
    note(f"Each climbed {part.steps} steps from its own start; no start was rescued.")


def _scales_link(part: ScalesPart, moment: Moment, facts: Facts) -> Way:
    grid = int(str(facts["best"]))
    recipe = scale_recipes(part, moment.case, moment.model)[grid]
    return OIP, f"See the pattern from {grid}×{grid} on the page OIP, and try other scales", _parameters(recipe)


def _throws_given(part: ThrowsPart, moment: Moment) -> None:
    recipe = throws_recipe(part, moment.case, moment.model)
    assert isinstance(recipe.start, FluctuationStart)
    note(f"{part.throws} random starts will climb, for map {moment.case.map_of(part.layer, part.map)} of {part.layer}.")


def _throws_facts(part: ThrowsPart, moment: Moment) -> Facts | Unanswered:
    found = find_oip(throws_recipe(part, moment.case, moment.model))
    return found if isinstance(found, Unanswered) else throws_facts(part, moment.case, found)


def _throws_look(part: ThrowsPart, moment: Moment, facts: Facts) -> None:
    found = find_oip(throws_recipe(part, moment.case, moment.model))
    if isinstance(found, Unanswered):
        return
    assert found.answers is not None
    assert found.groups is not None
    assert found.answer_scores is not None
    captions = [
        f"throw {place + 1}: pattern {group + 1}, score {score:.3g}"
        if group >= 0
        else f"throw {place + 1}: no response"
        for place, (group, score) in enumerate(zip(found.groups, found.answer_scores, strict=True))
    ]
    draw_tiles(enhanced(found.answers), captions, captions, "9rem")


def _throws_link(part: ThrowsPart, moment: Moment, facts: Facts) -> Way:
    return OIP, "See these throws on the page OIP", _parameters(throws_recipe(part, moment.case, moment.model))


GROWTH = Live(_growth_facts, _growth_look, _growth_link, _growth_given)
SCALE = Live(_scales_facts, _scales_look, _scales_link, _scales_given)
THROWS = Live(_throws_facts, _throws_look, _throws_link, _throws_given)
