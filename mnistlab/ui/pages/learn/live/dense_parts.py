"""Live parts about what the dense layers get: the sizes of all layers, and the points of a class."""

from collections.abc import Sequence

from mnistlab.data.sources import digits
from mnistlab.engine.tasks.surveys import count_points, pattern_key, survey_key, survey_test_set
from mnistlab.errors import StoreError
from mnistlab.figures import patterns as pattern_figures
from mnistlab.lessons.declared import Facts
from mnistlab.lessons.dense import ACTIVE, Points, classes_of, points_facts, points_found, size_facts
from mnistlab.lessons.layers import shown_layer
from mnistlab.lessons.quick_parts import SizePart
from mnistlab.lessons.slow_parts import PointsPart
from mnistlab.recipes import TrainingRecipe, layer_rows
from mnistlab.recipes.link import to_link
from mnistlab.recipes.views import ClassesLink, ClassesView
from mnistlab.results.readings import PointCounts, Survey
from mnistlab.store.answers import Answers
from mnistlab.ui.answers.asking import kept
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.pages.learn.live.moment import Live, Moment, Way, at_once
from mnistlab.ui.parts.cells import draw_cells
from mnistlab.ui.parts.table import draw_table
from mnistlab.ui.parts.text import note
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.shell import services
from mnistlab.ui.shell.frame import shared_parameters


def _size_look(part: SizePart, moment: Moment, facts: Facts) -> None:
    rows = layer_rows(moment.case.network.recipe)
    draw_table(
        ("Layer", "Values", "Parameters"),
        [(row.name, " × ".join(f"{side:,}" for side in row.shape), f"{row.parameters:,}") for row in rows],
    )


def _size_link(part: SizePart, moment: Moment, facts: Facts) -> Way:
    recipe = moment.case.network.recipe
    training = TrainingRecipe(network=recipe, data=moment.case.data)
    return "pages/train.py", "See this network with all its choices", {**shared_parameters(), **to_link(training)}


def _points(part: PointsPart, moment: Moment) -> Points | Unanswered:
    case = moment.case
    digest, layer = case.network.digest, shown_layer(case, part.layer).name
    survey = kept(survey_key(digest, case.data), Survey, survey_test_set, moment.model, case.data)
    if isinstance(survey, Unanswered):
        return survey
    arguments = (case.data, *classes_of(part, case), layer, ACTIVE)
    counted = kept(pattern_key(digest, *arguments), PointCounts, count_points, moment.model, *arguments)
    return counted if isinstance(counted, Unanswered) else points_found(part, case, survey, counted)


def points_at_hand(part: PointsPart, moment: Moment) -> Points | None:
    """Return what was found about two classes, if it has been counted before; else None. Nobody is asked for it."""
    case, answers = moment.case, Answers(services.store().home)
    digest, layer = case.network.digest, shown_layer(case, part.layer).name
    survey = answers.read(survey_key(digest, case.data))
    counted = answers.read(pattern_key(digest, case.data, *classes_of(part, case), layer, ACTIVE))
    if survey is None or counted is None:
        return None
    try:
        return points_found(part, case, Survey.of(survey), PointCounts.of(counted))
    except StoreError:
        # Damaged; the lesson asks anew.
        return None


def _points_facts(part: PointsPart, moment: Moment) -> Facts | Unanswered:
    found = _points(part, moment)
    return found if isinstance(found, Unanswered) else points_facts(part, moment.case, found)


def _points_given(part: PointsPart, moment: Moment) -> None:
    a, b = (moment.case.network.classes[one] for one in classes_of(part, moment.case))
    layer = shown_layer(moment.case, part.layer)
    rows, columns, maps = layer.shape
    note(f"Class A: {a}. Class B: {b}. {layer.name} has {maps} maps of {rows}×{columns} points.")
    found = _points(part, moment) if part.pair else None
    if isinstance(found, Points):
        _draw_pair(moment, found, a, ["", ""])


def _draw_pair(moment: Moment, found: Points, name: str, more: Sequence[str]) -> None:
    """Draw the clearest and the most unclear digit of a class; `more`: what else to say of each."""
    images = digits(moment.case.data, "test").images[list(found.numbers)]
    captions = [f"the {word} {name}{about}" for word, about in zip(("clearest", "most unclear"), more, strict=True)]
    draw_tiles(images, captions, captions, "9rem")


def _points_look(part: PointsPart, moment: Moment, facts: Facts) -> None:
    found = _points(part, moment)
    if isinstance(found, Unanswered):
        return
    case = moment.case
    a, b = classes_of(part, case)
    shape = shown_layer(case, part.layer).shape
    if part.pair:
        more = [
            f": {100 * sure:.0f} % sure, {facts[one]:.0f} of {facts['unique']:.0f} points"
            for one, sure in zip(("clear", "unclear"), found.sure, strict=True)
        ]
        _draw_pair(moment, found, str(facts["label_a"]), more)
    text = pattern_figures.sentence(found.found, shape, a, b)
    # Below the marks: how often each point is active in A.
    shares = found.found.in_a.reshape(shape).astype("float32")
    draw_cells(pattern_figures.points_sheet(found.found, shares), f"{moment.key}.points", text)
    note(
        f"Red: active in most {facts['label_a']}s and few {facts['label_b']}s. Yellow: active in most of both. Grey below: in how many {facts['label_a']}s."
    )
    note(text)


def _points_link(part: PointsPart, moment: Moment, facts: Facts) -> Way:
    a, b = classes_of(part, moment.case)
    view = ClassesLink(cls=ClassesView(tab="points", label_a=a, label_b=b, layer=part.layer))
    return "pages/classes.py", "See these points, and how far they alone get", {**shared_parameters(), **to_link(view)}


SIZE = Live(at_once(size_facts), _size_look, _size_link)
POINTS = Live(_points_facts, _points_look, _points_link, _points_given)
