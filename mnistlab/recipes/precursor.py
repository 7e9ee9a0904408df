"""The recipe of a precursor run: which large-scale patterns a map reacts to (algorithms.md §5)."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mnistlab.recipes.base import RecipePart, choice
from mnistlab.recipes.network import LAYER_NAME
from mnistlab.recipes.oip import model_choice
from mnistlab.recipes.run import RunRecipe
from mnistlab.recipes.target import LAST_MAP

MapIndex = Annotated[int, Field(ge=0, le=LAST_MAP, title="Map", description="Number of a map, counted from 0.")]
Level = Annotated[
    float,
    Field(ge=0, le=1, title="Grey value", description="0 is black, 1 is white.", json_schema_extra={"step": 0.05}),
]
# Patterns of each map that climb the trial steps in the fast method; never fewer than are kept.
CANDIDATES = 24
# Twice the published 19,683 and a margin: more patterns than that need minutes for one map.
MOST_PATTERNS = 66_000


class PrecursorChoices(RecipePart):
    """The choices of a precursor run that an atlas shares."""

    layer: str = choice("Conv2D_3", pattern=LAYER_NAME, title="Layer", help="The layer whose maps are tried.")
    maps: tuple[MapIndex, ...] | None = choice(
        None,
        min_length=1,
        max_length=LAST_MAP + 1,
        title="Maps",
        help="Numbers of the maps; none: all maps of the layer.",
    )
    grid: int = choice(3, ge=2, le=4, title="Grid", help="Points per side of a start pattern.")
    levels: tuple[Level, ...] = choice(
        (0.2, 0.5, 0.8), min_length=2, max_length=8, title="Grey values", help="What each point of the grid can be."
    )
    trial_steps: int = choice(
        10, ge=0, le=100, title="Trial steps", help="Steps each candidate climbs before it is judged."
    )
    keep: int = choice(8, ge=1, le=32, title="Keep", help="How many of the best patterns are kept for each map.")
    method: Literal["fast", "exhaustive"] = choice(
        "fast",
        title="Method",
        help="Fast: one look at all patterns, trial steps for the best few dozen. Exhaustive, as published: trial steps for all.",
    )

    @model_validator(mode="after")
    def _must_be_feasible(self) -> Self:
        if len(set(self.levels)) < len(self.levels):
            raise ValueError("The grey values in “levels” should differ from each other.")
        if self.patterns > MOST_PATTERNS:
            raise ValueError(
                f"{len(self.levels)} grey values on a {self.grid}×{self.grid} grid give {self.patterns:,} patterns; "
                f"at most {MOST_PATTERNS:,} are tried. Use fewer grey values or a coarser grid."
            )
        if self.keep > self.patterns:
            raise ValueError(f"There are only {self.patterns} patterns; “keep” asks for {self.keep}.")
        if self.maps is not None and len(set(self.maps)) < len(self.maps):
            raise ValueError("A map stands twice in “maps”. Name each map once.")
        return self

    @property
    def patterns(self) -> int:
        """The number of start patterns that are tried."""
        return int(len(self.levels) ** (self.grid**2))


class PrecursorRecipe(PrecursorChoices, RunRecipe):
    """Try many large-scale patterns on some or all maps of a layer, and keep the best of each."""

    kind: Literal["precursor"] = "precursor"
    model: str = model_choice()
