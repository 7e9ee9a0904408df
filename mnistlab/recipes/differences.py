"""Describe how a training recipe differs from the defaults, in the words of its declaration: “Epochs: 3”, “Convolution 2, maps: 16”."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from pydantic.fields import FieldInfo

from mnistlab.recipes.base import RecipePart
from mnistlab.recipes.link import LENGTH, to_link
from mnistlab.recipes.training import TrainingRecipe

# The field of what computes a training.
ENGINE = "engine"
# The singular of a list's title, where it is not simply the title without its “s”.
SINGULAR = {"Hidden dense layers": "Hidden dense layer"}


def differences(recipe: TrainingRecipe) -> list[str]:
    """Return one short text for each choice that is not the default; nothing for the default recipe. The engine is no choice of a visitor's."""
    return [_words(path.split("."), _short(path, text)) for path, text in to_link(recipe).items() if path != ENGINE]


def beside(recipes: Sequence[TrainingRecipe]) -> dict[str, list[str]]:
    """Return the choices in which some recipes differ: by the words of each choice, its value in every recipe, “–” where one has no such part."""
    paths = dict.fromkeys(path for recipe in recipes for path in to_link(recipe))
    columns = {_words(path.split("."), "").removesuffix(": "): [_value(one, path) for one in recipes] for path in paths}
    return {title: values for title, values in columns.items() if len(set(values)) > 1}


def _short(path: str, text: str) -> str:
    """Return a value as it is, or how many digits are left out where hundreds may be."""
    if path != "without" or not text:
        return text
    return f"{text.count(',') + 1} digits" if "," in text else "1 digit"


def _value(recipe: TrainingRecipe, path: str) -> str:
    """Return a value as a link would write it, also where it is the default."""
    value: Any = recipe.model_dump(mode="json")
    for part in path.split("."):
        if part == LENGTH:
            return str(len(value))
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (KeyError, IndexError, TypeError):
            return "–"
    if value is None:
        return "none"
    return f"{value:g}" if isinstance(value, float) else _short(path, str(value)) or "none"


def _words(path: list[str], text: str) -> str:
    path = path[:-1] if path[-1] == LENGTH else path
    first, *others = _titles(TrainingRecipe, path)
    return f"{', '.join([first, *(title[:1].lower() + title[1:] for title in others)])}: {text}"


def _titles(kind: Any, path: list[str]) -> Iterator[str]:
    """Yield the title of each part of a path; the group that holds a list is not named."""
    name, *rest = path
    field: FieldInfo = kind.model_fields[name]
    title = field.title or name
    inner = _part_of(field.annotation)
    if rest and rest[0].isdecimal():
        yield f"{SINGULAR.get(title, title.removesuffix('s'))} {int(rest[0]) + 1}"
        rest = rest[1:]
    elif not rest or inner is None:
        yield title
    if rest and inner is not None:
        yield from _titles(inner, rest)


def _part_of(annotation: Any) -> type[RecipePart] | None:
    """Return the recipe part that a field holds, directly or in a list."""
    if isinstance(annotation, type) and issubclass(annotation, RecipePart):
        return annotation
    return next((part for inner in get_args(annotation) if (part := _part_of(inner)) is not None), None)
