"""The recipe of a dream: patterns carved into a picture, into its quadrants and further down (algorithms.md §6)."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from mnistlab.recipes.base import RecipePart, choice
from mnistlab.recipes.network import LAYER_NAME
from mnistlab.recipes.oip import model_choice
from mnistlab.recipes.run import RunRecipe
from mnistlab.recipes.target import LAST_NODE

# 4, 16 and 64 tiles; one more level would leave fewer than two pixels of the smallest picture for each node.
MOST_LEVELS = 3
MOST_ITERATIONS, MOST_STEPS = 20, 300
WHOLE_LAYER = -1
Gray = Literal["601", "709", "simple"]
Choose = Literal["given", "strongest", "average", "weakest"]


def _as_whole_layer(value: Any) -> Any:
    # The articles write the whole layer as map −1.
    return None if value == WHOLE_LAYER and not isinstance(value, bool) else value


MapOrLayer = Annotated[Annotated[int, Field(ge=0, le=LAST_NODE)] | None, BeforeValidator(_as_whole_layer)]


class CropRecipe(RecipePart):
    """The square of the picture that is carved."""

    across: float = choice(
        0.5,
        ge=0.0,
        le=1.0,
        step=0.05,
        title="Across",
        help="Where the square lies: 0 at the left edge, 1 at the right.",
    )
    down: float = choice(
        0.5, ge=0.0, le=1.0, step=0.05, title="Down", help="Where the square lies: 0 at the top, 1 at the bottom."
    )
    side: float = choice(
        1.0,
        ge=0.1,
        le=1.0,
        step=0.05,
        title="Side",
        help="Side of the square, as a part of the picture's shorter side.",
    )


class CarvingAscent(RecipePart):
    """How each tile climbs in one iteration."""

    steps: int = choice(30, ge=0, le=MOST_STEPS, title="Steps", help="How often a tile is changed in each iteration.")
    step_size: float = choice(0.01, ge=0.0005, le=0.5, title="Step size", help="How far each step goes.")
    rescue: bool = choice(
        False,
        title="Rescue dead starts",
        help="While a map does not react to its tile at all, let the gradient pass its relu; else the tile stays as it is.",
    )


class LevelRecipe(RecipePart):
    """The differences of one level from the full picture; none: the same."""

    map_index: int | None = choice(
        None,
        ge=-1,
        le=LAST_NODE,
        title="Map",
        help="The map of this level's tiles; -1: the whole layer; none: the main map.",
    )
    steps: int | None = choice(
        None, ge=0, le=MOST_STEPS, title="Steps", help="Steps in each iteration; none: as the full picture."
    )
    step_size: float | None = choice(
        None, ge=0.0005, le=0.5, title="Step size", help="How far each step goes; none: as the full picture."
    )
    iterations: int | None = choice(
        None,
        ge=0,
        le=MOST_ITERATIONS,
        title="Iterations",
        help="In how many of the iterations, counted from the last, this level is carved; none: in all.",
    )


class AreaRecipe(RecipePart):
    """One tile of the quadtree."""

    level: int = choice(1, ge=1, le=MOST_LEVELS, title="Level", help="1: quadrants, 2: 16 tiles, 3: 64 tiles.")
    row: int = choice(0, ge=0, le=2**MOST_LEVELS - 1, title="Row", help="Counted from 0 at the top.")
    column: int = choice(0, ge=0, le=2**MOST_LEVELS - 1, title="Column", help="Counted from 0 at the left.")
    map_index: int | None = choice(
        None, ge=-1, le=LAST_NODE, title="Map", help="The area's own map; -1: the whole layer; none: as the others."
    )

    @property
    def position(self) -> tuple[int, int, int]:
        """Level, row and column in the quadtree."""
        return self.level, self.row, self.column

    @model_validator(mode="after")
    def _must_lie_in_the_picture(self) -> Self:
        if max(self.row, self.column) >= 2**self.level:
            raise ValueError(
                f"Level {self.level} has {2**self.level} rows and columns, counted from 0. "
                f"Received: row {self.row}, column {self.column}."
            )
        return self


class ContrastRecipe(RecipePart):
    """How grey values become shades on the screen: clip(height · picture, ± spectrum · the smaller end of the original's range)."""

    height: float = choice(
        1.1, ge=0.2, le=3.0, step=0.05, title="Height", help="Stretches the grey values; above 1: more contrast."
    )
    spectrum: float = choice(
        0.85,
        ge=0.3,
        le=2.0,
        step=0.05,
        title="Spectrum",
        help="Where black and white are, as a part of what the original reaches; smaller: more contrast, clipped earlier.",
    )


class DreamRecipe(RunRecipe):
    """Carve patterns into a picture; the defaults are those of the articles, with their correction of the contrast."""

    kind: Literal["dream"] = "dream"
    model: str = model_choice()
    picture: str = choice(
        "flower",
        min_length=1,
        max_length=1000,
        title="Picture",
        help="The name of a sample picture, or the path of a picture (on the command line).",
    )
    crop: CropRecipe = choice(CropRecipe(), title="Crop", help="The square of the picture that is carved.")
    size: int = choice(560, ge=280, le=1120, step=56, title="Size", help="Side of the dream in pixels.")
    gray: Gray = choice(
        "601",
        title="Grey",
        help="How much red, green and blue count: 601: 0.299, 0.587, 0.114; 709: 0.2126, 0.7152, 0.0722; simple: 0.3, 0.59, 0.11.",
    )
    layer: str = choice(
        "Conv2D_3", pattern=LAYER_NAME, title="Layer", help="The layer whose maps, nodes or classes carve."
    )
    map_index: MapOrLayer = choice(
        56,
        title="Map",
        help="Number of the map (of a dense layer: the node or class), counted from 0; none or -1: the whole layer.",
    )
    choose: Choose = choice(
        "given",
        title="Choose maps",
        help="Given: the maps named here. Else each area gets the map that reacts to it most, middling, or least.",
    )
    iterations: int = choice(
        4, ge=1, le=MOST_ITERATIONS, title="Iterations", help="How often the picture goes through all levels."
    )
    ascent: CarvingAscent = choice(CarvingAscent(), title="Ascent", help="How each tile climbs.")
    levels: int = choice(
        1,
        ge=0,
        le=MOST_LEVELS,
        title="Levels",
        help="0: the full picture only; 1: also its quadrants; 2: 16 tiles; 3: 64.",
    )
    by_level: tuple[LevelRecipe, ...] = choice(
        (), max_length=MOST_LEVELS, title="By level", help="What level 1, 2, 3 do otherwise than the full picture."
    )
    carve_full: bool = choice(True, title="Carve the full picture", help="Off: only its parts are carved.")
    areas: tuple[AreaRecipe, ...] | None = choice(
        None, max_length=84, title="Areas", help="The areas that are carved; none: all areas of all levels."
    )
    restore_contrast: bool = choice(
        True,
        title="Restore contrast",
        help="Each part keeps its own brightness and contrast. Off: as first published, which loses them.",
    )
    blend: float = choice(
        0.0,
        ge=0.0,
        le=1.0,
        step=0.05,
        title="Blend borders",
        help="How far neighbours reach into each other, as a part of half a tile. 0: cut along the border, as published.",
    )
    strength: float = choice(
        1.0,
        ge=0.0,
        le=1.0,
        step=0.05,
        title="Strength",
        help="1: the dream; 0: the picture as it was; between: a mixture.",
    )
    colour: bool = choice(
        False, title="Colours of the photo", help="The brightness is carved, the colours are those of the picture."
    )
    contrast: ContrastRecipe = choice(ContrastRecipe(), title="Contrast", help="Shades on the screen.")

    @model_validator(mode="after")
    def _areas_must_fit(self) -> Self:
        positions = [area.position for area in self.areas or ()]
        for level, row, column in positions:
            if level > self.levels:
                raise ValueError(
                    f"The area at level {level}, row {row}, column {column} lies deeper than “levels”, which is {self.levels}. "
                    "Raise “levels”, or remove the area."
                )
        for position in positions:
            if positions.count(position) > 1:
                raise ValueError("The area at level {}, row {}, column {} is named twice.".format(*position))
        return self

    def level(self, number: int) -> LevelRecipe:
        """Return the differences of level `number`, counted from 1."""
        return self.by_level[number - 1] if 0 < number <= len(self.by_level) else LevelRecipe()

    def given_map(self, area: AreaRecipe | None) -> int:
        """Return the map that is named for an area, or for its level, or for all; −1: the whole layer. None: the full picture."""
        main = WHOLE_LAYER if self.map_index is None else self.map_index
        if area is None:
            return main
        named = (area.map_index, self.level(area.level).map_index)
        return next((own for own in named if own is not None), main)

    def all_areas(self) -> tuple[AreaRecipe, ...]:
        """Return the areas below the full picture, coarse levels first."""
        areas = self.areas if self.areas is not None else every_area(self.levels)
        return tuple(sorted(areas, key=lambda area: area.position))


class ZoomRecipe(RunRecipe):
    """A film: dream, cut the middle out, enlarge it, dream again."""

    kind: Literal["zoom"] = "zoom"
    dream: DreamRecipe = choice(DreamRecipe(iterations=1), title="Dream", help="What is dreamt in each frame.")
    frames: int = choice(24, ge=2, le=120, title="Frames", help="Pictures of the film.")
    zoom: float = choice(
        1.06, ge=1.01, le=1.5, step=0.01, title="Zoom", help="How much larger each frame is than the one before."
    )

    @property
    def model(self) -> str:
        """The network that dreams."""
        return self.dream.model

    def on_network(self, name: str) -> Self:
        """Return the same film with another network."""
        return self.model_copy(update={"dream": self.dream.on_network(name)})


def every_area(levels: int) -> tuple[AreaRecipe, ...]:
    """Return all areas of the levels 1 to `levels`."""
    return tuple(
        AreaRecipe(level=level, row=row, column=column)
        for level in range(1, levels + 1)
        for row in range(2**level)
        for column in range(2**level)
    )
