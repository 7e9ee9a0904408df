"""The live part that carves: a photo, its dream, and the same dream with its quadrants not restored."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.carving.dream_files import picture_of
from mnistlab.engine.tasks.patterns import carve
from mnistlab.lessons.carvings import carving_facts, carving_recipe, odd_is_left, quadrant_greys
from mnistlab.lessons.declared import Facts
from mnistlab.lessons.slow_parts import CarvingPart
from mnistlab.pictures.encoding import photo_address
from mnistlab.recipes.dream_view import DreamLink, view_of
from mnistlab.recipes.link import to_link
from mnistlab.results.dream import DreamResult
from mnistlab.ui.answers.asking import answer
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.waiting import draw_waiting
from mnistlab.ui.pages.learn.live.moment import Live, Moment, Way
from mnistlab.ui.parts.text import as_html, note
from mnistlab.ui.shell.frame import shared_parameters

# Restored, and not.
Pair = tuple[DreamResult, DreamResult]


def _found(part: CarvingPart, moment: Moment) -> Pair | Unanswered:
    recipes = [carving_recipe(part, moment.case, moment.model, restored=restored) for restored in (True, False)]
    keys = [f"dream/{recipe.digest}/{moment.case.network.digest}" for recipe in recipes]
    # Both are asked before the first is waited for.
    for key, recipe in zip(keys, recipes, strict=True):
        answer(key, carve, recipe.to_json(), patience=0.0)
    restored, lost = (answer(key, carve, recipe.to_json()) for key, recipe in zip(keys, recipes, strict=True))
    if isinstance(restored, Unanswered):
        return restored
    return lost if isinstance(lost, Unanswered) else (restored, lost)


def _facts(part: CarvingPart, moment: Moment) -> Facts | Unanswered:
    found = _found(part, moment)
    if isinstance(found, Unanswered):
        return found
    recipe = carving_recipe(part, moment.case, moment.model, restored=True)
    return carving_facts(part, moment.case, recipe, *found)


def _given(part: CarvingPart, moment: Moment) -> None:
    found = _found(part, moment)
    if isinstance(found, Unanswered):
        draw_waiting(found)
        return
    recipe = carving_recipe(part, moment.case, moment.model, restored=True)
    if not part.compare:
        _draw(st, picture_of(recipe, found[0], found[0].original), f"The photo, {recipe.size}×{recipe.size} pixels")
        return
    pictures = [picture_of(recipe, one) for one in found]
    if odd_is_left(moment.case):
        pictures.reverse()
    for place, picture, name in zip(st.columns(2), pictures, ("left", "right"), strict=True):
        _draw(place, picture, name)


def _draw(place: Any, picture: NDArray[np.uint8], words: str) -> None:
    # What an eye sees at once, in numbers for who does not: whether its quarters differ in brightness.
    greys = ", ".join(f"{grey:.0f}" for grey in quadrant_greys(picture).ravel())
    alt = f"{words}; its quadrants from the top left have mean greys of {greys}, of 255"
    place.html(f"<img class='lab-picture' src='{photo_address(picture)}' alt='{as_html(alt)}'>")
    note(words, place)


def _look(part: CarvingPart, moment: Moment, facts: Facts) -> None:
    found = _found(part, moment)
    if isinstance(found, Unanswered):
        return
    recipe = carving_recipe(part, moment.case, moment.model, restored=True)
    shown = {
        "the photo": picture_of(recipe, found[0], found[0].original),
        "the dream": picture_of(recipe, found[0]),
        "the same, its quadrants not restored": picture_of(recipe, found[1]),
    }
    if not recipe.levels:
        shown.popitem()
    for place, (words, picture) in zip(st.columns(3), shown.items(), strict=False):
        _draw(place, picture, words)


def _link(part: CarvingPart, moment: Moment, facts: Facts) -> Way:
    recipe = carving_recipe(part, moment.case, moment.model, restored=True)
    link = {
        name: text for name, text in to_link(DreamLink(dream=view_of(recipe))).items() if not name.endswith(".model")
    }
    return "pages/dream.py", "Go on with this dream, or bring a photo of yours", {**shared_parameters(), **link}


CARVING = Live(_facts, _look, _link, _given)
