"""The states of the pages Activations and Classes, as recipes, so that a link restores them.

The only field of each link is the prefix of the page's parameters (`act.layer`, `cls.label_a`).
"""

from typing import Literal

from pydantic import field_validator

from mnistlab.recipes.base import RecipePart, choice
from mnistlab.recipes.class_reasons import ReasonMethod
from mnistlab.recipes.data_sets import LAST_CLASS
from mnistlab.recipes.digit import DigitChoice, PickerChoice
from mnistlab.recipes.network import LAYER_NAME
from mnistlab.recipes.oip import MODEL_LENGTH
from mnistlab.recipes.robustness import Distortion

ColourScale = Literal["map", "layer", "global", "articles"]
Colours = Literal["viridis", "magma", "inferno", "jet", "binary"]
NOTHING = DigitChoice(source="nothing")
# More digits side by side would not leave room for their maps.
MOST_BESIDE = 3
MOST_FACTORS = 4


class FactorChoice(RecipePart):
    """A factor for the values of one map or node before the next layer reads them."""

    layer: str = choice(
        "",
        pattern=(r"^[A-Za-z0-9_]{0,20}$", "a name of letters, digits and _ only, at most 20, or nothing"),
        title="Layer",
        help="Empty: nothing is changed.",
    )
    index: int = choice(0, ge=0, le=1023, title="Map or node", help="Counted from 0.")
    factor: float = choice(
        0.0, ge=0.0, le=5.0, step=0.25, title="Factor", help="0 mutes it, 1 leaves it alone, more boosts it."
    )


class ActivationsView(RecipePart):
    """The state of the page Activations."""

    tab: Literal["", "sum", "tests", "weights", "mute", "growth"] = choice(
        "",
        title="Question",
        help="Which one is open; empty: muting where something is muted or boosted, else where the value comes from.",
        # As in `ClassesView`.
        exclude_if=lambda tab: not tab,
    )
    digit: DigitChoice = choice(DigitChoice(), title="Digit", help="The digit to look at.")
    picker: PickerChoice = choice(PickerChoice(), title="Picker", help="How the digit is looked for.")
    beside: tuple[DigitChoice, DigitChoice, DigitChoice] = choice(
        (NOTHING,) * MOST_BESIDE, title="Beside it", help="Up to three more digits, shown at the same layer."
    )
    layer: str = choice("Conv2D_1", pattern=LAYER_NAME, title="Layer", help="The layer whose maps or nodes are shown.")
    map_index: int = choice(
        -1,
        ge=-1,
        le=1023,
        title="Map or node",
        help="The one shown large, counted from 0; -1: the strongest on this digit.",
    )
    row: int = choice(
        -1, ge=-1, le=27, title="Row", help="Row of the node explained, counted from 0; -1: the strongest."
    )
    column: int = choice(
        -1, ge=-1, le=27, title="Column", help="Column of the node explained, counted from 0; -1: the strongest."
    )
    scale: ColourScale = choice(
        "map",
        title="Colour scale",
        help="Map: each map has its own scale, weak ones show too. Layer: one scale for the layer. Global: one scale for all layers. "
        "Articles: each map standardised, times 64, plus 128, clipped.",
    )
    colours: Colours = choice(
        "viridis",
        title="Colours",
        help="Viridis, magma and inferno are perceptually even; jet is that of the articles.",
    )
    factors: tuple[FactorChoice, FactorChoice, FactorChoice, FactorChoice] = choice(
        (FactorChoice(),) * MOST_FACTORS, title="Muted or boosted", help="Maps and nodes whose values are multiplied."
    )
    epoch: int = choice(
        -1, ge=-1, le=9999, title="Epoch", help="The weights after this epoch of the run in use; -1: its final ones."
    )

    @field_validator("digit")
    @classmethod
    def _must_be_a_digit(cls, digit: DigitChoice) -> DigitChoice:
        if digit.source == NOTHING.source:
            raise ValueError("The digit to look at cannot be “nothing”: that is for the places beside it.")
        return digit


class ActivationsLink(RecipePart):
    """The link of the page Activations."""

    act: ActivationsView = choice(ActivationsView(), title="Activations", help="What the page shows.")


class ClassesView(RecipePart):
    """The state of the page Classes. Thresholds: algorithms.md §7."""

    tab: Literal["", "mistakes", "points", "plane", "reasons", "unsure", "labels", "robust"] = choice(
        "",
        title="Tab",
        help="Which part is open; empty: the one that the other choices belong to, else the mistakes.",
        # Older links have no tab and keep their digest (docs/decisions/0027).
        exclude_if=lambda tab: not tab,
    )
    label_a: int = choice(4, ge=0, le=LAST_CLASS, title="Class A", help="The class whose points are looked for.")
    label_b: int = choice(9, ge=0, le=LAST_CLASS, title="Class B", help="The class it is compared with.")
    layer: str = choice("Conv2D_3", pattern=LAYER_NAME, title="Layer", help="The layer whose points are compared.")
    active: float = choice(
        0.1,
        ge=0.0,
        le=0.9,
        step=0.05,
        title="Active from",
        help="A point is active if it exceeds this fraction of the largest value its map reaches on any test digit.",
    )
    common: float = choice(
        0.7,
        ge=0.1,
        le=1.0,
        step=0.05,
        title="Common from",
        help="A point is common to A if active in at least this share of A's digits.",
    )
    unique: float = choice(
        0.3,
        ge=0.0,
        le=0.9,
        step=0.05,
        title="Unique up to",
        help="A common point is unique to A if active in at most this share of B's digits.",
    )
    digits: Literal["all", "three"] = choice(
        "all", title="Over", help="All test digits the network reads right, or three chosen ones of each class."
    )
    throw: int = choice(0, ge=0, le=999, title="Which three", help="Another number, three others of each class.")
    shares: bool = choice(False, title="Shares", help="The confusion matrix as shares of the row instead of counts.")
    is_a: int = choice(
        -1,
        ge=-1,
        le=LAST_CLASS,
        title="True digit",
        help="Row of the chosen cell of the confusion matrix; -1: the most frequent mistake.",
    )
    read_as: int = choice(
        -1, ge=-1, le=LAST_CLASS, title="Read as", help="Column of the chosen cell; -1: the most frequent mistake."
    )
    kept: str = choice(
        "",
        pattern=(r"^([0-9]{1,4}(,[0-9]{1,4}){0,39})?$", "at most 40 numbers of test digits with commas between them"),
        title="Kept digits",
        help="Numbers of test digits kept from the plane, the latest first.",
    )
    plane: Literal["pca", "tsne"] = choice(
        "pca",
        title="Laid out by",
        help="PCA: at once, by the two directions in which the digits differ most. t-SNE: in about a minute, so that digits the network finds "
        "alike become neighbours.",
    )
    change: Distortion = choice(
        "shift",
        title="Changed by",
        help="Which change of the digits is drawn.",
        exclude_if=lambda change: change == "shift",
    )
    beside: str = choice(
        "",
        max_length=MODEL_LENGTH,
        title="Beside it",
        help="The name of a second network that reads the same changed digits; empty: none.",
        exclude_if=lambda name: not name,
    )
    unclear: int = choice(
        4, ge=0, le=LAST_CLASS, title="Unclear digits of", help="The class whose unclear digits are shown."
    )
    epoch: int = choice(
        -1, ge=-1, le=9999, title="Epoch", help="The weights after this epoch of the run in use; -1: its final ones."
    )
    # As for the tab: what older links do not have is not written down where it has its default.
    method: ReasonMethod = choice(
        "integrated_gradients",
        title="Method",
        help="By which pixels are explained, for all test digits alike.",
        exclude_if=lambda method: method == "integrated_gradients",
    )
    reason: int = choice(
        4,
        ge=0,
        le=LAST_CLASS,
        title="Reasons of",
        help="The class whose maps and unusual digits are shown.",
        exclude_if=lambda label: label == 4,
    )
    sure: float = choice(
        0.9,
        ge=0.0,
        le=1.0,
        title="Answer only from",
        help="The network answers only if its probability is at least this; else it says “I don’t know”.",
        exclude_if=lambda share: share == 0.9,
    )
    suspect: int = choice(
        -1,
        ge=-1,
        le=59_999,
        title="Suspect",
        help="The training digit whose label is looked at; -1: the most doubtful one that is not judged yet.",
        exclude_if=lambda number: number == -1,
    )


class ClassesLink(RecipePart):
    """The link of the page Classes."""

    cls: ClassesView = choice(ClassesView(), title="Classes", help="What the page shows.")
