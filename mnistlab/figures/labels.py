"""Digits whose labels may be wrong, what somebody thinks of them, and what comes of leaving them out -> sheets and sentences."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.labels import Suspects
from mnistlab.figures.digit_sheets import digit_sheet
from mnistlab.figures.sheet import Sheet
from mnistlab.store.verdicts import Verdict
from mnistlab.wording import in_a_row, short_names, with_article

WORDS: Mapping[Verdict, str] = {"wrong": "label wrong", "right": "label right", "unclear": "cannot tell"}
# Standard deviations within which a difference counts as chance.
DEVIATIONS = 2.0


def suspect_sheet(
    images: NDArray[np.uint8],
    found: Suspects,
    places: Sequence[int],
    labels: NDArray[np.uint8],
    classes: Sequence[str],
    columns: int,
) -> Sheet:
    """Return suspects: below each its label, what it seems to be, and how probable that is.

    Arguments:
        images: (digits, 28, 28) uint8, the training digits.
        found: the suspects.
        places: which of them; at least one.
        labels: (digits,) of the training digits.
        classes: names of the classes.
        columns: per row.
    """
    heads = short_names(classes)
    numbers = found.numbers[list(places)]
    words = [
        f"{heads[labels[number]]}→{heads[found.read[place]]} {100 * found.shares[place]:.0f} %"
        for number, place in zip(numbers, places, strict=True)
    ]
    return digit_sheet(images[numbers], numbers, words, columns)


def found_sentence(found: Suspects, looked_at: int, accuracy: float) -> str:
    """Return how many labels are doubtful, and how good the networks are that doubt them.

    Arguments:
        found: the suspects.
        looked_at: how many digits there are.
        accuracy: the share of these that is read as its label.
    """
    count = len(found.numbers)
    good = f"Networks that had not learned from these {looked_at:,} digits read {100 * accuracy:.1f} % of them as their labels say"
    if not count:
        return f"{good}. Of none do they say anything else as clearly as of other digits of that class: no label is doubtful."
    doubtful = "one label" if count == 1 else f"{count:,} labels"
    return (
        f"{good}. They doubt {doubtful}, {100 * count / looked_at:.2f} % of all: these digits look as much like another class as its own digits do. Some are "
        "labelled wrong, others only written badly; that takes an eye."
    )


def doubt_sentence(found: Suspects, place: int, label: str, read: str) -> str:
    """Return what is said of one suspect."""
    return (
        f"Training digit {found.numbers[place]} is labelled {label}. Networks that had not learned from it take it for {with_article(read)} with "
        f"{100 * found.shares[place]:.1f} %, and for {with_article(label)} with {100 * found.own[place]:.1f} %."
    )


def judged_sentence(verdicts: Mapping[int, Verdict]) -> str:
    """Return how many digits somebody has judged, and how."""
    if not verdicts:
        return "You have judged none yet."
    said = list(verdicts.values())
    counts = [f"{said.count(verdict)} {words}" for verdict, words in WORDS.items() if verdict in said]
    return f"You have judged {len(said)}: {in_a_row(counts)}."


def change_sentence(before: NDArray[np.int64], after: NDArray[np.int64], left_out: int) -> str:
    """Return what leaving digits out has changed, and whether that may be chance.

    Arguments:
        before: (classes, classes) confusion matrix of the test digits, after a training with all digits.
        after: the same, without some.
        left_out: how many these are.
    """
    total = int(before.sum())
    first, second = (int(np.trace(matrix)) for matrix in (before, after))
    change = second - first
    digits = "digit" if left_out == 1 else "digits"
    own = f"With all digits {100 * first / total:.2f} % of {total:,} test digits are read right, without the {left_out} {digits} {100 * second / total:.2f} %: "
    own += "exactly as many" if not change else f"{abs(change)} {'more' if change > 0 else 'fewer'}"
    # Were the mistakes of both trainings independent, the difference of their numbers would spread by so much.
    chance = DEVIATIONS * float(np.sqrt(total - first + total - second))
    if abs(change) <= chance:
        return f"{own}. Up to {max(1, round(chance))} digits more or fewer may be chance, so this says nothing yet: {left_out} digits are few among all that it learns from."
    return f"{own}, more than chance makes of it (about {round(chance)}): these labels did {'harm' if change > 0 else 'help'}."
