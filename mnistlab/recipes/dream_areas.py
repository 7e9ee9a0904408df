"""The quadtree of a dream: areas as one short text for a link, and their parents and children."""

import re

from mnistlab.errors import RecipeError
from mnistlab.recipes.dream import AreaRecipe

# Level, row and column; level 0 is the full picture.
Area = tuple[int, int, int]
FULL: Area = (0, 0, 0)
# Not “none”, which a link uses for None.
ALL, NONE = "all", "nothing"
AREA = re.compile(r"([1-3])\.([0-7])\.([0-7])(?:m(-1|[0-9]{1,4}))?")


def read_areas(text: str, levels: int) -> tuple[AreaRecipe, ...] | None:
    """Return the areas that a text names, without those deeper than `levels`; None for all.

    Raises:
        ValueError: if it is not a list of areas.
    """
    if text == ALL:
        return None
    if text == NONE:
        return ()
    areas: list[AreaRecipe] = []
    for part in text.split(","):
        match = AREA.fullmatch(part)
        if match is None:
            raise ValueError(f"An area should look like 1.0.1 or 1.0.1m27. Received: {part[:40]!r}.")
        level, row, column = (int(number) for number in match.groups()[:3])
        try:
            area = AreaRecipe.read(
                {"level": level, "row": row, "column": column, "map_index": None if match[4] is None else int(match[4])}
            )
        except RecipeError as error:
            raise ValueError(str(error)) from None
        if area.position in {other.position for other in areas}:
            raise ValueError(f"The area {part[:40]!r} is named twice.")
        areas.append(area)
    return tuple(area for area in areas if area.level <= levels)


def write_areas(areas: tuple[AreaRecipe, ...]) -> str:
    """Return areas as one short text."""
    if not areas:
        return NONE
    return ",".join(
        "{}.{}.{}".format(*area.position) + ("" if area.map_index is None else f"m{area.map_index}")
        for area in sorted(areas, key=lambda area: area.position)
    )


def children(area: Area) -> list[Area]:
    """Return the four quadrants of an area."""
    level, row, column = area
    return [(level + 1, 2 * row + down, 2 * column + right) for down in (0, 1) for right in (0, 1)]


def parent(area: Area) -> Area:
    """Return the area that this one is a quadrant of."""
    level, row, column = area
    return level - 1, row // 2, column // 2


def is_within(area: Area, other: Area) -> bool:
    """Return whether `area` is a proper part of `other`."""
    while area[0] > other[0]:
        area = parent(area)
        if area == other:
            return True
    return False


def leaves(carved: dict[Area, AreaRecipe]) -> list[Area]:
    """Return the areas that are not divided by a smaller carved one; together they cover the picture."""
    result: list[Area] = []
    waiting = [FULL]
    while waiting:
        area = waiting.pop(0)
        if any(is_within(other, area) for other in carved):
            waiting += children(area)
        else:
            result.append(area)
    return sorted(result)
