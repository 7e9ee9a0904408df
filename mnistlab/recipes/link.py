"""A recipe <-> the query parameters of a link.

A link holds only the choices that differ from the default, one parameter each, under its dotted path:
`epochs=3&network.conv.0.filters=16`. A list whose length differs from the default's gives its length
(`network.conv.length=2`); a value that a link leaves out is the one that the *parent's* default has at that index, and an index
past the end of the default takes its last element.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, get_args

from mnistlab.errors import RecipeError
from mnistlab.recipes.base import RecipePart

RecipeType = TypeVar("RecipeType", bound=RecipePart)
LENGTH = "length"
# The key that tells the variants of a choice apart.
VARIANT = "source"
LONGEST_LIST = 64
# Digits of an index or length; Python refuses to read numbers of thousands of digits.
LONGEST_NUMBER = 4
_MISSING = object()


def to_link(recipe: RecipePart) -> dict[str, str]:
    """Return the query parameters that restore `recipe`."""
    parameters: dict[str, str] = {}
    _write("", recipe.model_dump(mode="json"), _default_of(type(recipe)), parameters)
    return parameters


def from_link(kind: type[RecipeType], parameters: Mapping[str, str]) -> tuple[RecipeType, list[str]]:
    """Return the recipe a link describes, and one sentence about each parameter that had to be left out.

    A bad parameter does not affect the others. Parameters whose first part is not a field of the recipe (such as `run`)
    belong to other parts of the page and are ignored.
    """
    complaints: list[str] = []
    usable = {
        path: text for path, text in parameters.items() if path.split(".")[0] in kind.model_fields and path != "kind"
    }
    # Lengths first, so that a bad length does not remove any elements.
    _drop_bad(kind, usable, [path for path in usable if path.endswith("." + LENGTH)], complaints)
    _drop_bad(kind, usable, sorted(usable, key=_in_order), complaints)
    content = _default_of(kind)
    for path in sorted(usable, key=_in_order):
        content = _with(kind, content, path, usable[path])
    try:
        return kind.read(content), complaints
    except RecipeError:
        return _keep_what_works(kind, usable, complaints)


def _drop_bad(kind: type[RecipePart], usable: dict[str, str], paths: list[str], complaints: list[str]) -> None:
    """Remove from `usable` those of `paths` that do not exist in the recipe or whose value is invalid by itself."""
    content = _default_of(kind)
    for path in paths:
        try:
            content = _with(kind, content, path, usable[path])
        except RecipeError as error:
            complaints.append(str(error))
            del usable[path]
    for invalid, complaint in kind.wrong_values(content).items():
        for path in (invalid, f"{invalid}.{LENGTH}"):
            if usable.pop(path, None) is not None:
                complaints.append(complaint)


def _keep_what_works(
    kind: type[RecipeType], parameters: Mapping[str, str], complaints: list[str]
) -> tuple[RecipeType, list[str]]:
    """Apply parameters that contradict each other group by group, leaving out the groups that give no valid recipe."""
    groups: dict[str, list[str]] = {}
    for path in parameters:
        # The lists of one part depend on each other (pools on convolutions), so they stand or fall together.
        is_list_item = any(part.isdecimal() or part == LENGTH for part in path.split("."))
        groups.setdefault(path.split(".")[0] if is_list_item else path, []).append(path)
    content, recipe = _default_of(kind), kind()
    for paths in groups.values():
        try:
            attempt = content
            for path in sorted(paths, key=_in_order):
                attempt = _with(kind, attempt, path, parameters[path])
            recipe, content = kind.read(attempt), attempt
        except RecipeError as error:
            complaints.append(str(error))
    return recipe, complaints


def _in_order(path: str) -> tuple[int, str]:
    """Sort key: choices that decide which other paths exist come first, variants (`start.source`) before lengths."""
    last = path.split(".")[-1]
    return (0 if last == VARIANT else 1 if last == LENGTH else 2, path)


def _default_of(kind: type[RecipePart]) -> Any:
    """Return the content of a new recipe, including fields that its JSON omits at their default (docs/decisions/0027)."""
    part = kind()
    content = json.loads(json.dumps(part.model_dump(mode="json")))
    _complete(content, part)
    return content


def _complete(content: Any, part: Any) -> None:
    if isinstance(part, tuple):
        for inner, value in zip(content, part, strict=True):
            _complete(inner, value)
    elif isinstance(part, RecipePart):
        for name, field in type(part).model_fields.items():
            value = getattr(part, name)
            _complete(content.setdefault(field.alias or name, value), value)


def _write(path: str, value: Any, default: Any, parameters: dict[str, str]) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            inner_default = default.get(name, _MISSING) if isinstance(default, dict) else _MISSING
            _write(f"{path}.{name}".lstrip("."), inner, inner_default, parameters)
    elif isinstance(value, list):
        defaults = default if isinstance(default, list) else []
        if len(value) != len(defaults):
            parameters[f"{path}.{LENGTH}"] = str(len(value))
        for index, inner in enumerate(value):
            _write(f"{path}.{index}", inner, _element(defaults, index), parameters)
    elif value != default:
        parameters[path] = "none" if value is None else str(value)


def _element(defaults: list[Any], index: int) -> Any:
    return defaults[min(index, len(defaults) - 1)] if defaults else _MISSING


@cache
def _variants(kind: type[RecipePart]) -> dict[str, dict[str, type[RecipePart]]]:
    """Return, for each field that has variants, the recipe part of each variant by the value of its `source`."""
    return {
        f"{name}.{VARIANT}": {part.model_fields[VARIANT].default: part for part in get_args(field.annotation)}
        for name, field in kind.model_fields.items()
        if field.discriminator == VARIANT
    }


def _with(kind: type[RecipePart], content: Any, path: str, text: str) -> Any:
    """Return a copy of `content` in which the value at `path` is `text`."""
    content = json.loads(json.dumps(content))
    *parents, last = path.split(".")
    holder = content
    for part in parents:
        holder = _step(holder, part, path)
    if last == LENGTH and isinstance(holder, list):
        if not text.isdecimal() or len(text) > LONGEST_NUMBER or int(text) > LONGEST_LIST:
            raise RecipeError(f"“{path[:80]}” should be a small whole number. Received: {text[:40]!r}.")
        wanted = int(text)
        known = holder or _first_element(kind, parents)
        if wanted > len(holder) and not known:
            raise RecipeError(f"“{path[:80]}” cannot be longer than its default, which is empty.")
        holder[:] = [_element(known, index) for index in range(wanted)]
        return content
    if (variant := _variants(kind).get(path, {}).get(text)) is not None:
        # Another variant has other fields, so it starts from its own defaults.
        holder.clear()
        holder.update(_default_of(variant))
        return content
    current = _step(holder, last, path)
    if isinstance(current, dict | list):
        raise RecipeError(f"“{path[:80]}” is a group of choices, not a value; remove it from the link.")
    value: Any = None if text == "none" else text
    holder[int(last) if isinstance(holder, list) else last] = value
    return content


def _first_element(kind: type[RecipePart], path: list[str]) -> list[Any]:
    """Return one default element of a list of parts that is empty by default; an empty list if its elements are not parts."""
    annotation: Any = kind
    for part in path:
        if not (isinstance(annotation, type) and issubclass(annotation, RecipePart)):
            return []
        annotation = annotation.model_fields[part].annotation
    inner = get_args(annotation)
    is_part = bool(inner) and isinstance(inner[0], type) and issubclass(inner[0], RecipePart)
    return [_default_of(inner[0])] if is_part else []


def _step(holder: Any, part: str, path: str) -> Any:
    if isinstance(holder, dict) and part in holder:
        return holder[part]
    if isinstance(holder, list) and part.isdecimal() and len(part) <= LONGEST_NUMBER and int(part) < len(holder):
        return holder[int(part)]
    raise RecipeError(f"“{path[:80]}” is not a choice of this recipe; it was left out.")
