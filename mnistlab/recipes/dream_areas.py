"""The quadtree of a dream: areas as one short text for a link, and who is part of whom."""

import re

from mnistlab.errors import RecipeError
from mnistlab.recipes.dream import AreaRecipe

Place = tuple[int, int, int]
FULL: Place = (0, 0, 0)
# (“none” means something else in a link.)
ALL, NONE = "all", "nothing"
AREA = re.compile(r"([1-3])\.([0-7])\.([0-7])(?:m(-1|[0-9]{1,4}))?")


def read_areas(text: str, levels: int) -> tuple[AreaRecipe, ...] | None:
    """Return the areas a text names, those deeper than `levels` left out; None for all.

    Raises:
        ValueError: it is no such text.
    """
    if text == ALL:
        return None
    if text == NONE:
        return ()
    areas: list[AreaRecipe] = []
    for part in text.split(","):
        found = AREA.fullmatch(part)
        if found is None:
            raise ValueError(f"An area should look like 1.0.1 or 1.0.1m27. Received: {part[:40]!r}.")
        level, row, column = (int(number) for number in found.groups()[:3])
        try:
            area = AreaRecipe.read(
                {"level": level, "row": row, "column": column, "map_index": None if found[4] is None else int(found[4])}
            )
        except RecipeError as error:
            raise ValueError(str(error)) from None
        if area.place in {other.place for other in areas}:
            raise ValueError(f"The area {part[:40]!r} is named twice.")
        areas.append(area)
    return tuple(area for area in areas if area.level <= levels)


def write_areas(areas: tuple[AreaRecipe, ...]) -> str:
    """Return areas as one short text."""
    if not areas:
        return NONE
    return ",".join(
        "{}.{}.{}".format(*area.place) + ("" if area.map_index is None else f"m{area.map_index}")
        for area in sorted(areas, key=lambda area: area.place)
    )


def children(place: Place) -> list[Place]:
    """Return the four quadrants of an area."""
    level, row, column = place
    return [(level + 1, 2 * row + down, 2 * column + right) for down in (0, 1) for right in (0, 1)]


def parent(place: Place) -> Place:
    """Return the area of which this is a quadrant."""
    level, row, column = place
    return level - 1, row // 2, column // 2


def is_within(place: Place, other: Place) -> bool:
    """Return whether `place` is a part of `other`, and not `other` itself."""
    while place[0] > other[0]:
        place = parent(place)
        if place == other:
            return True
    return False


def leaves(carved: dict[Place, AreaRecipe]) -> list[Place]:
    """Return the areas that no smaller carved one divides; together they cover the picture."""
    found: list[Place] = []
    waiting = [FULL]
    while waiting:
        place = waiting.pop(0)
        if any(is_within(other, place) for other in carved):
            waiting += children(place)
        else:
            found.append(place)
    return sorted(found)
