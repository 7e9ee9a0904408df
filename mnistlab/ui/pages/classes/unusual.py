"""The part of the page Classes with digits that are right for an unusual reason, and with the reasons of mistakes."""

from collections.abc import Sequence

import numpy as np

from mnistlab.data.sources import digits
from mnistlab.figures import class_reasons as figures
from mnistlab.figures.digit_sheets import sentence
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.views import ClassesView
from mnistlab.results.class_reasons import ClassReasons
from mnistlab.ui.pages.classes.to_explain import open_explain
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.parts.text import note
from mnistlab.wording import plural

# Digits per row on a narrow screen; mistakes that are shown.
NARROW, MISTAKES = 3, 24


def draw_unusual(view: ClassesView, prefix: str, found: ClassReasons, data: DataName, name: str) -> None:
    """Draw the digits of the chosen class that are right for the most unusual reasons."""
    test, numbers = digits(data, "test"), figures.unusual_of(found, view.reason)
    note(figures.unusual_sentence(found, test.labels, view.reason, name))
    if not numbers:
        return
    number = pick_cell(
        figures.unusual_sheet(found, test.images, view.reason),
        f"{prefix}|unusual",
        sentence([name] * len(numbers), np.array(numbers)),
        narrow=NARROW,
    )
    note(f"Above each, how like its reason is to the mean of other {plural(name)}. Choose one to have it explained.")
    if number is not None:
        open_explain(number, view.reason, view.reason, view.epoch)


def draw_wrong(
    view: ClassesView, prefix: str, found: ClassReasons, data: DataName, names: Sequence[str], layer: str
) -> None:
    """Draw the mistakes: those of digits of the chosen class first, then those read as it, then the others."""
    note(figures.wrong_sentence(found, layer))
    if not len(found.wrong):
        return
    test = digits(data, "test")
    is_of, is_as = test.labels[found.wrong] == view.reason, found.read == view.reason
    places = np.argsort(np.where(is_of, 0, np.where(is_as, 1, 2)), kind="stable")[:MISTAKES]
    labels = [names[label] for label in test.labels[found.wrong[places]]]
    number = pick_cell(
        figures.wrong_sheet(found, test.images, test.labels, names, places),
        f"{prefix}|wrong",
        sentence(labels, found.wrong[places]),
        narrow=NARROW,
    )
    own = int(is_of.sum())
    first = f"The {plural(names[view.reason])} come first" if own else f"No {names[view.reason]} is among them"
    note(
        f"{first}; above each its class, what it is read as, and the maps that speak most for that. Red speaks for what is read, blue for the true class; "
        "each picture has its own scale. Point at one to read where on the digit most speaks for either, choose it to have it explained."
    )
    if number is not None:
        place = int(np.flatnonzero(found.wrong == number)[0])
        open_explain(number, int(found.read[place]), int(test.labels[number]), view.epoch)
