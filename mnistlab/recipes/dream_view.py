"""The state of the page Dream: a dream recipe in a form that fits a link, and the selected area."""

from typing import Literal

from pydantic import field_validator

from mnistlab.recipes.base import RecipePart, choice
from mnistlab.recipes.dream import (
    MOST_LEVELS,
    AreaRecipe,
    CarvingAscent,
    ContrastRecipe,
    DreamRecipe,
    LevelRecipe,
    every_area,
)
from mnistlab.recipes.dream_areas import ALL, Area, read_areas, write_areas

# The dream a new visitor sees: stronger on small tiles, where patterns look like brush strokes, and in the picture's own colours.
FIRST_DREAM = DreamRecipe(
    iterations=2,
    ascent=CarvingAscent(steps=12, rescue=True),
    levels=3,
    by_level=(LevelRecipe(steps=20), LevelRecipe(steps=30), LevelRecipe(steps=40)),
    blend=0.6,
    colour=True,
    contrast=ContrastRecipe(height=1.0, spectrum=1.25),
)


class DreamView(RecipePart):
    """The state of the page. The areas are one short text beside the recipe, which keeps links short."""

    recipe: DreamRecipe = choice(FIRST_DREAM, title="Dream", help="What is dreamt.")
    areas: str = choice(
        ALL,
        max_length=2000,
        title="Areas",
        help="“all”, “nothing”, or level.row.column of each, with m and the number of its own map.",
    )
    area: str = choice(
        "0.0.0",
        pattern=(r"^[0-3]\.[0-7]\.[0-7]$", "a level, a row and a column, such as 2.0.3"),
        title="Area",
        help="The area that is looked at.",
    )
    view: Literal["divider", "areas", "side by side"] = choice(
        "divider", title="View", help="How dream and original are shown."
    )

    @field_validator("areas")
    @classmethod
    def _must_be_areas(cls, text: str) -> str:
        read_areas(text, MOST_LEVELS)
        return text

    @property
    def selected_area(self) -> Area:
        """Level, row and column of the selected area."""
        level, row, column = (int(part) for part in self.area.split("."))
        return level, row, column

    def dream(self) -> DreamRecipe:
        """Return the recipe the page asks for.

        Raises:
            RecipeError: if its parts do not fit together.
        """
        content = self.recipe.model_dump(mode="json")
        areas = read_areas(self.areas, self.recipe.levels)
        content["areas"] = None if areas is None else [area.model_dump(mode="json") for area in areas]
        return DreamRecipe.read(content)


class DreamLink(RecipePart):
    """The link of the page Dream."""

    dream: DreamView = choice(DreamView(), title="Dream", help="What the page shows.")


def view_of(recipe: DreamRecipe, **others: str) -> DreamView:
    """Return the view that shows a recipe."""
    levels = recipe.by_level + (LevelRecipe(),) * (MOST_LEVELS - len(recipe.by_level))
    plain = recipe.model_copy(update={"areas": None, "by_level": levels})
    return DreamView(recipe=plain, areas=ALL if recipe.areas is None else write_areas(recipe.areas), **others)


def carved_areas(view: DreamView) -> dict[Area, AreaRecipe]:
    """Return the areas below the full picture that are carved, by their positions."""
    areas = read_areas(view.areas, view.recipe.levels)
    return {area.position: area for area in (every_area(view.recipe.levels) if areas is None else areas)}
