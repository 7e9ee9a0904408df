"""The state of the page Explain, as a recipe, so that a link restores it."""

from typing import Literal

from pydantic import field_validator

from mnistlab.recipes.base import RecipePart, choice
from mnistlab.recipes.data_sets import MOST_CLASSES
from mnistlab.recipes.digit import DigitChoice, PickerChoice
from mnistlab.recipes.explanation import MethodName
from mnistlab.recipes.views import NOTHING

# A name of a layer, or nothing.
MAYBE_LAYER = (r"^[A-Za-z0-9_]{0,40}$", "a name of letters, digits and _ only, at most 40, or nothing")


class PartChoice(RecipePart):
    """The part of the chain that is looked at closely."""

    layer: str = choice(
        "", pattern=MAYBE_LAYER, title="Layer", help="Its layer; empty: the map that adds or takes away most."
    )
    kind: Literal["nodes", "points", "maps"] = choice("maps", title="Kind", help="What it is a part of.")
    number: int = choice(0, ge=0, le=999_999, title="Number", help="Its number in its layer, counted from 0.")


class ExplainView(RecipePart):
    """The state of the page."""

    digit: DigitChoice = choice(DigitChoice(), title="Digit", help="The digit whose reading is explained.")
    picker: PickerChoice = choice(PickerChoice(), title="Picker", help="How the digit is looked for.")
    question: Literal["against", "class", "part"] = choice(
        "against",
        title="Question",
        help="Why one class and not another, why a class at all, or why a map or node is so active.",
    )
    label: int = choice(
        -1, ge=-1, le=MOST_CLASSES - 1, title="Why", help="The class that is explained; -1: the network's answer."
    )
    against: int = choice(
        -1,
        ge=-1,
        le=MOST_CLASSES - 1,
        title="And not",
        help="The class it is compared with; -1: the one that comes next.",
    )
    layer: str = choice(
        "", pattern=MAYBE_LAYER, title="Layer", help="The layer of the map or node; empty: the last convolution."
    )
    map_index: int = choice(
        -1, ge=-1, le=1023, title="Map or node", help="Its number, counted from 0; -1: the most active on this digit."
    )
    part: PartChoice = choice(PartChoice(), title="Looked at", help="The part of the chain that is looked at closely.")
    tab: Literal["part", "without", "used", "methods", "tested", "change"] = choice(
        "part",
        title="Tab",
        help="The chosen part closely, what is left without the maps, what a map is used for over the test set, what other methods say, "
        "whether they say it of this network, or what would change the answer.",
    )
    method: Literal[MethodName, ""] = choice(
        "",
        title="Method",
        help="Of the other methods, which one is looked at; empty: the one that stands its test best.",
    )
    other: int = choice(
        -1,
        ge=-1,
        le=MOST_CLASSES - 1,
        title="Change it into",
        help="The class that the smallest change is to make of it; -1: the one that comes next.",
        # As in `ClassesView`.
        exclude_if=lambda label: label < 0,
    )
    epoch: int = choice(
        -1, ge=-1, le=9999, title="Epoch", help="The weights after this epoch of the run in use; -1: its final ones."
    )

    @field_validator("digit")
    @classmethod
    def _must_be_a_digit(cls, digit: DigitChoice) -> DigitChoice:
        if digit.source == NOTHING.source:
            raise ValueError("The digit to explain cannot be “nothing”.")
        return digit


class ExplainLink(RecipePart):
    """The link of the page."""

    why: ExplainView = choice(ExplainView(), title="Explain", help="What the page shows.")
