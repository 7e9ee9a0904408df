"""The start image of an ascent: fluctuations, a digit, a drawing in the recipe itself, or a file."""

import base64
import binascii
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from mnistlab.recipes.base import RecipePart, choice
from mnistlab.recipes.network import IMAGE_SIZE

PIXELS = IMAGE_SIZE**2
Grid = Annotated[int, Field(ge=1, le=IMAGE_SIZE, title="Grid", description="Points per side of the coarse grid.")]
Amplitude = Annotated[
    float,
    Field(
        ge=0,
        le=1,
        title="Amplitude",
        description="How strong the fluctuations of this scale are.",
        json_schema_extra={"step": 0.05},
    ),
]
Stage = Annotated[int, Field(ge=0, le=5000, title="Stage", description="Step at which this scale joins.")]


class FluctuationStart(RecipePart):
    """Random grey values on up to four length scales (algorithms.md §4)."""

    source: Literal["fluctuations"] = "fluctuations"
    grids: tuple[Grid, ...] = choice(
        (3, 7, 14, 28),
        min_length=1,
        max_length=4,
        title="Grids",
        help="Points per side of each scale: 3 gives patches a third of the image wide, 28 gives single pixels.",
    )
    amplitudes: tuple[Amplitude, ...] = choice(
        (0.2, 0.2, 0.0, 0.0),
        min_length=1,
        max_length=4,
        title="Amplitudes",
        help="How strong each scale is; 0 leaves it out.",
    )
    strategy: Literal["mixture", "staged"] = choice(
        "mixture",
        title="Strategy",
        help="Mixture: all scales from the start. Staged: the coarsest from the start, each finer one joins at its stage.",
    )
    stages: tuple[Stage, ...] = choice(
        (20, 50, 100, 400),
        min_length=1,
        max_length=4,
        title="Stages",
        help="For the staged strategy: after how many steps each scale joins. The coarsest is there from the start.",
    )
    smoothing: float = choice(
        0, ge=0, le=4, step=0.25, title="Smoothing", help="Blur of the start image; standard deviation in pixels."
    )
    seed: int = choice(
        0, ge=0, le=2**31 - 1, title="Seed", help="Decides the random start. The same seed gives the same start again."
    )

    @model_validator(mode="after")
    def _must_be_some_image(self) -> Self:
        count = len(self.grids)
        for name, values in (("amplitudes", self.amplitudes), ("stages", self.stages)):
            if len(values) != count:
                raise ValueError(f"{count} grids need {count} {name}, one each. Received: {len(values)}.")
        if not any(self.amplitudes):
            raise ValueError("All amplitudes are zero, so the start would be a grey image. Raise one of them.")
        if not any(grid > 1 for grid, amplitude in zip(self.grids, self.amplitudes, strict=True) if amplitude):
            raise ValueError("A grid of one point is a grey image. Raise the amplitude of a finer grid.")
        return self


class DigitStart(RecipePart):
    """A digit of MNIST if that is available, else an embedded digit."""

    source: Literal["digit"] = "digit"
    split: Literal["train", "test"] = choice("test", title="Set", help="Training digits or test digits.")
    index: int = choice(0, ge=0, le=59_999, title="Number", help="Which digit of the set, counted from 0.")

    @model_validator(mode="after")
    def _must_exist(self) -> Self:
        if self.split == "test" and self.index > 9_999:
            raise ValueError(f"There are 10,000 test digits, numbered 0 to 9999. Received: {self.index}.")
        return self


class DrawingStart(RecipePart):
    """An image that travels inside the recipe: a drawing, a small picture, or an earlier OIP."""

    source: Literal["drawing"] = "drawing"
    pixels: str = choice(
        base64.b64encode(bytes(PIXELS)).decode(),
        max_length=4 * (PIXELS // 3 + 1),
        title="Pixels",
        help="28×28 grey values, one byte each, row by row, in base64.",
    )

    @field_validator("pixels")
    @classmethod
    def _must_be_an_image(cls, text: str) -> str:
        try:
            count = len(base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError):
            raise ValueError("“pixels” of a drawing should be base64. Copy the whole text of the recipe.") from None
        if count != PIXELS:
            raise ValueError(f"A drawing has {PIXELS} pixels, one byte each. Received: {count}.")
        return text


class FileStart(RecipePart):
    """An .npy file with an array (28, 28); on the command line only."""

    source: Literal["file"] = "file"
    path: str = choice(
        "start.npy", min_length=1, max_length=1000, title="File", help="An .npy file with 28×28 numbers."
    )


StartRecipe = Annotated[FluctuationStart | DigitStart | DrawingStart | FileStart, Field(discriminator="source")]
