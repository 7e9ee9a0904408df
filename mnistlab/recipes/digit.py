"""The declaration of one digit to look at: from a data set, drawn, or between two others, with optional changes."""

from typing import Literal, Self

from pydantic import model_validator

from mnistlab.recipes.base import RecipePart, choice
from mnistlab.recipes.data_sets import LAST_CLASS, MOST_DIGITS

DigitSource = Literal["test", "train", "drawing", "blend", "nothing"]
TEST_SIZE, TRAIN_SIZE = MOST_DIGITS["test"], MOST_DIGITS["train"]
# 784 bytes as base64 for links, without padding.
PIXELS_LENGTH = 1046


class BlendChoice(RecipePart):
    """A digit between two others."""

    way: Literal["generator", "pixels"] = choice(
        "generator",
        title="Way",
        help="Generator: the stroke itself turns from one digit into the other. Pixels: two digits of the test set, one fading out and one fading in.",
    )
    start: int = choice(4, ge=0, le=9, title="From", help="The digit it begins with.")
    end: int = choice(9, ge=0, le=9, title="To", help="The digit it ends with.")
    throw: int = choice(0, ge=0, le=999, title="Which two", help="Another number, another pair of these two digits.")
    amount: float = choice(
        0.5, ge=0.0, le=1.0, step=0.05, title="How far", help="0 is the first digit, 1 is the second."
    )


class EditChoice(RecipePart):
    """Changes to a digit before the network sees it, in this order."""

    thicken: float = choice(
        0.0,
        ge=-2.0,
        le=2.0,
        step=0.25,
        title="Thicken",
        help="Pixels by which strokes grow; below zero they get thinner.",
    )
    rotate: int = choice(0, ge=-180, le=180, step=5, title="Rotate", help="Degrees counter-clockwise.")
    right: int = choice(0, ge=-14, le=14, title="Shift right", help="Pixels to the right; below zero to the left.")
    down: int = choice(0, ge=-14, le=14, title="Shift down", help="Pixels down; below zero up.")
    noise: float = choice(
        0.0,
        ge=0.0,
        le=1.0,
        step=0.05,
        title="Noise",
        help="Spread of random grey added to each pixel; 1 is from black to white.",
    )


class PickerChoice(RecipePart):
    """The choices of the digit picker that are not part of the digit itself."""

    label: int = choice(-1, ge=-1, le=LAST_CLASS, title="Class", help="Only digits of this class; -1: any.")
    order: Literal["number", "unclear", "misread"] = choice(
        "number", title="Order", help="By number, the most unclear first, or only the misread."
    )
    hand: Literal["draw", "type", "upload"] = choice(
        "draw", title="By hand", help="Which way to make a digit by hand is open."
    )


class DigitChoice(RecipePart):
    """One digit."""

    source: DigitSource = choice("test", title="Digit from", help="Where the digit comes from.")
    index: int = choice(4, ge=0, le=TRAIN_SIZE - 1, title="Number", help="Which digit of the set, counted from 0.")
    pixels: str = choice(
        "",
        pattern=(
            rf"^([A-Za-z0-9_-]{{{PIXELS_LENGTH}}})?$",
            f"a drawing as {PIXELS_LENGTH} letters, digits, - and _, or nothing",
        ),
        title="Pixels",
        help="A drawing: its 784 grey values as base64 for links.",
    )
    blend: BlendChoice = choice(BlendChoice(), title="Blend", help="What lies between two digits.")
    edit: EditChoice = choice(EditChoice(), title="Changes", help="How the digit is changed.")

    @model_validator(mode="after")
    def _must_exist(self) -> Self:
        if self.source == "test" and self.index >= TEST_SIZE:
            raise ValueError(f"There are {TEST_SIZE:,} test digits, counted from 0. Received: {self.index}.")
        return self
