"""What is at hand of a live part without asking anybody: its facts, and the pictures that it has made."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from mnistlab.carving.dream_files import picture_of
from mnistlab.data.sources import digits, first_digits
from mnistlab.figures.shares import pixels_picture
from mnistlab.lessons.blots import blot_facts
from mnistlab.lessons.carvings import carving_facts, carving_recipe
from mnistlab.lessons.case import CHOSEN_FROM, NotHereError
from mnistlab.lessons.declared import Facts
from mnistlab.lessons.dense import points_facts
from mnistlab.lessons.live_part import LivePart
from mnistlab.lessons.partners import partner_facts
from mnistlab.lessons.patterns import (
    growth_facts,
    growth_recipe,
    scale_recipes,
    scales_facts,
    throws_facts,
    throws_recipe,
)
from mnistlab.lessons.quick_parts import ExplanationPart
from mnistlab.lessons.slow_parts import (
    CarvingPart,
    GrowthPart,
    PartnerPart,
    PointsPart,
    ScalesPart,
    ThrowsPart,
    TrainingPart,
)
from mnistlab.lessons.trainings import training_facts, training_recipe
from mnistlab.patterns.contrast import enhanced
from mnistlab.pictures.encoding import photo_address, png, png_address, sheet
from mnistlab.recipes import OipRecipe
from mnistlab.results.oip import OipResult
from mnistlab.store.sharing import Wish
from mnistlab.ui.answers.job import run_of
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.shared import known
from mnistlab.ui.pages.learn.live import live_of
from mnistlab.ui.pages.learn.live.dense_parts import points_at_hand
from mnistlab.ui.pages.learn.live.explanation_part import explained_digit
from mnistlab.ui.pages.learn.live.moment import Moment, name_of
from mnistlab.ui.pages.learn.live.partner_part import partners_at_hand
from mnistlab.ui.shell import services
from mnistlab.ui.shell.event_logs import events_of

# Of the digits that excite a map.
IN_A_ROW = 3
# Digits and patterns are small: each of their pixels becomes so many, so that they print sharply.
SCALE = 5


@dataclass(frozen=True)
class Picture:
    """`address`: the picture itself, as a data address; `words`: what it shows."""

    address: str
    words: str


@dataclass(frozen=True)
class Keepsake:
    """`facts`: of a live part, None where they are not known any more; `pictures`: that it made."""

    facts: Facts | None
    pictures: tuple[Picture, ...] = ()


NOTHING = Keepsake(None)


def keepsake(part: LivePart, moment: Moment) -> Keepsake:
    """Return what is at hand of a part; nothing where the network in use has not what it is about."""
    try:
        moment.case.must_fit(part)
        return _of_part(part, moment)
    except NotHereError:
        return NOTHING


def _of_part(part: LivePart, moment: Moment) -> Keepsake:
    match part:
        case GrowthPart():
            return _growth(part, moment)
        case ScalesPart():
            return _scales(part, moment)
        case ThrowsPart():
            return _throws(part, moment)
        case TrainingPart():
            return _training(part, moment)
        case CarvingPart():
            return _carving(part, moment)
        case PartnerPart():
            return _partner(part, moment)
        case PointsPart():
            return _points(part, moment)
        case ExplanationPart():
            return _explanation(part, moment)
    live = live_of(part)
    facts, digit = live.facts(part, moment), live.digit(part, moment)
    pictures: tuple[Picture, ...] = (
        () if digit is None else (Picture(png_address(png(digit, SCALE)), name_of(part, moment)),)
    )
    return Keepsake(None if isinstance(facts, Unanswered) else facts, pictures)


def _found(recipe: OipRecipe, moment: Moment) -> OipResult | None:
    found: OipResult | None = known(f"oip/{recipe.digest}/{moment.case.network.digest}")
    return found


def _pattern(image: Any, words: str) -> Picture:
    return Picture(png_address(png(enhanced(image), SCALE)), words)


def _growth(part: GrowthPart, moment: Moment) -> Keepsake:
    found = _found(growth_recipe(part, moment.case, moment.model), moment)
    if found is None:
        return NOTHING
    facts = growth_facts(part, moment.case, found)
    words = f"The pattern of map {facts['map']:.0f} of {part.layer}, grown in {part.steps} steps"
    return Keepsake(facts, (_pattern(found.image, words),))


def _scales(part: ScalesPart, moment: Moment) -> Keepsake:
    recipes = scale_recipes(part, moment.case, moment.model)
    found = {grid: one for grid, recipe in recipes.items() if (one := _found(recipe, moment)) is not None}
    if len(found) < len(recipes):
        return NOTHING
    pictures = tuple(_pattern(one.image, f"The pattern from {grid}×{grid}") for grid, one in found.items())
    return Keepsake(scales_facts(part, moment.case, found), pictures)


def _throws(part: ThrowsPart, moment: Moment) -> Keepsake:
    found = _found(throws_recipe(part, moment.case, moment.model), moment)
    if found is None or found.answers is None:
        return NOTHING
    pictures = tuple(_pattern(image, f"Throw {number}") for number, image in enumerate(found.answers, start=1))
    return Keepsake(throws_facts(part, moment.case, found), pictures)


def _training(part: TrainingPart, moment: Moment) -> Keepsake:
    recipe = training_recipe(part, moment.case)
    run = run_of(Wish.of(recipe, services.store()))
    if run is None or services.store().state(run).name != "finished":
        return NOTHING
    return Keepsake(training_facts(part, recipe, events_of(run)))


def _carving(part: CarvingPart, moment: Moment) -> Keepsake:
    recipes = [carving_recipe(part, moment.case, moment.model, restored=restored) for restored in (True, False)]
    found = [known(f"dream/{recipe.digest}/{moment.case.network.digest}") for recipe in recipes]
    if None in found:
        return NOTHING
    facts = carving_facts(part, moment.case, recipes[0], *found)
    return Keepsake(facts, (Picture(photo_address(np.asarray(picture_of(recipes[0], found[0]))), "The dream"),))


def _partner(part: PartnerPart, moment: Moment) -> Keepsake:
    """Return the digits that excite the map most, and those that excite its partner in the second network."""
    found = partners_at_hand(part, moment)
    if found is None:
        return NOTHING
    images = first_digits(moment.case.data, "test", CHOSEN_FROM).images
    theirs = found.theirs[found.candidates.index(found.partner)]
    strips = {
        f"The digits that excite map {found.index} most": found.mine,
        f"Those that excite map {found.partner} of the second network most": theirs,
    }
    pictures = tuple(
        Picture(png_address(png(sheet(images[numbers], IN_A_ROW), SCALE)), words) for words, numbers in strips.items()
    )
    return Keepsake(partner_facts(found), pictures)


def _points(part: PointsPart, moment: Moment) -> Keepsake:
    found = points_at_hand(part, moment)
    if found is None:
        return NOTHING
    facts = points_facts(part, moment.case, found)
    images = digits(moment.case.data, "test").images[list(found.numbers)]
    words = [f"The {word} {facts['label_a']}" for word in ("clearest", "most unclear")]
    pictures = tuple(Picture(png_address(png(image, SCALE)), said) for image, said in zip(images, words, strict=True))
    return Keepsake(facts, pictures if part.pair else ())


def _explanation(part: ExplanationPart, moment: Moment) -> Keepsake:
    digit, facts = explained_digit(part, moment), blot_facts(part, moment.case)
    picture = pixels_picture(digit.image, digit.found.pixels).repeat(SCALE, axis=0).repeat(SCALE, axis=1)
    words = f"{name_of(part, moment)}: red speaks for {facts['read']}, blue for {facts['next']}"
    return Keepsake(facts, (Picture(png_address(png(picture)), words),))
