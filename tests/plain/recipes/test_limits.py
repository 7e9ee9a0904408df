"""What a choice may be and what it is by itself: written down once more, since links and files rely on every limit and default.

A limit that narrows breaks a link somebody has; a default that changes gives an old link another meaning. Whoever means to change one
writes the new table: `python -m tests.plain.recipes.test_limits`.
"""

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from mnistlab.recipes import KINDS, RecipePart
from mnistlab.recipes.dream_view import DreamLink
from mnistlab.recipes.explain_view import ExplainLink
from mnistlab.recipes.views import ActivationsLink, ClassesLink
from mnistlab.settings import Settings

TABLE = Path(__file__).parents[2] / "golden" / "limits.json"
READ_BY_STRANGERS: list[type[BaseModel]] = [
    *KINDS.values(),
    ActivationsLink,
    ClassesLink,
    DreamLink,
    ExplainLink,
    Settings,
]
# Words may be mended; how far one press of a key moves a slider is no limit.
WORDS = ("title", "description", "step")


def limits_of(part: type[BaseModel]) -> dict[str, dict]:
    """Return limits and default of each choice, "DreamRecipe.levels" -> {"default": 1, "minimum": 0, …}."""
    schema = part.model_json_schema()
    parts = {part.__name__: schema, **schema.get("$defs", {})}
    return {
        f"{name}.{field}": _without_words(limits)
        for name, one in parts.items()
        for field, limits in one.get("properties", {}).items()
    }


def _without_words(limits):
    if isinstance(limits, dict):
        return {name: _without_words(value) for name, value in sorted(limits.items()) if name not in WORDS}
    return [_without_words(value) for value in limits] if isinstance(limits, list) else limits


def all_limits() -> dict[str, dict]:
    return {place: limits for part in READ_BY_STRANGERS for place, limits in limits_of(part).items()}


def test_every_choice_has_the_limits_and_the_default_it_had():
    table, now = json.loads(TABLE.read_text("utf-8")), json.loads(json.dumps(all_limits()))
    assert {place: now.get(place) for place in table} == table
    assert now.keys() == table.keys()


def test_every_part_of_a_recipe_is_in_the_table():
    written = {place.partition(".")[0] for place in all_limits()}

    def kinds_below(part):
        return {part, *(inner for below in part.__subclasses__() for inner in kinds_below(below))}

    ours = {part.__name__ for part in kinds_below(RecipePart) if part.__module__.startswith("mnistlab.")}
    assert {name for name in ours if name not in written} == {"RecipePart", "RunRecipe"}


@pytest.mark.parametrize("part", READ_BY_STRANGERS, ids=lambda part: part.__name__)
def test_the_defaults_are_allowed(part):
    assert part.model_validate(part().model_dump(mode="json", exclude_none=True)) == part()


def write_table() -> None:
    rows = (f"{json.dumps(place)}: {json.dumps(limits)}" for place, limits in sorted(all_limits().items()))
    TABLE.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")


if __name__ == "__main__":
    write_table()
