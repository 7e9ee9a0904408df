"""A recipe's declaration -> widgets -> the content of a recipe. Labels, bounds and help all come from the declaration."""

import types
import typing
from collections.abc import Iterable
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from mnistlab.recipes.base import RecipePart
from mnistlab.ui.mends.beginning import begin_at, begin_with
from mnistlab.ui.mends.reading import st
from mnistlab.ui.state.content import Content

# Integers over a wider range get a number input instead of a slider.
WIDEST_SLIDER = 60_000
# Small factors such as learning rates get a scale of 1, 2, 5 per power of ten.
STEPS_PER_DECADE = (1, 2, 5)


def choices_of(kind: type[RecipePart], content: Content, path: str, names: Iterable[str]) -> Content:
    """Draw a widget for each named choice of `kind` and return the values.

    Arguments:
        kind: the recipe, or part of one.
        content: the initial values.
        path: dotted path of this part in the page's recipe, from which the widgets' keys are made.
        names: the fields to draw, in this order.
    """
    return {name: choice_widget(kind.model_fields[name], f"{path}.{name}", content[name]) for name in names}


def choice_widget(field: FieldInfo, key: str, value: Any, title: str = "") -> Any:
    """Draw the widget of one choice and return its value; `title`: replaces the field's own."""
    extra = typing.cast(Content, field.json_schema_extra or {})
    title = title or field.title or key
    common: Content = {"label": title, "help": field.description, "key": key}
    options = _options(field.annotation)
    if options is not None:
        # For a selectbox None means "nothing chosen yet", so the option None is represented by its name.
        names = [str(option).lower() for option in options]
        chosen = st.selectbox(options=names, index=begin_at(key, names, str(value).lower()), **common)
        return None if chosen == "none" else chosen
    if field.annotation is bool:
        return bool(st.toggle(value=begin_with(key, bool(value)), **common))
    low, high = _bound(field, Ge), _bound(field, Le)
    if field.annotation is int:
        common["value"] = begin_with(key, int(value))
        if high - low > WIDEST_SLIDER:
            return int(st.number_input(min_value=int(low), max_value=int(high), step=1, **common))
        step = int(extra.get("step") or 1)
        # A slider counts its steps from its lower end, so a value between the steps (from a link) needs steps of 1.
        step = step if (int(value) - int(low)) % step == 0 else 1
        return int(st.slider(min_value=int(low), max_value=int(high), step=step, **common))
    if field.annotation is float:
        if extra.get("step"):
            common["value"] = begin_with(key, float(value))
            return float(st.slider(min_value=float(low), max_value=float(high), step=float(extra["step"]), **common))
        scale = log_scale(low, high, float(value))
        common["value"] = begin_with(key, float(value))
        return float(st.select_slider(options=scale, format_func=lambda option: f"{option:g}", **common))
    raise TypeError(f"no widget for {field.annotation}")


def log_scale(low: float, high: float, value: float) -> list[float]:
    """Return 1, 2, 5, 10, … between `low` and `high`, including both ends and the current value."""
    bottom = max(low, 1e-6)
    scale = {low, high, value}
    for decade in range(-7, 4):
        for step in STEPS_PER_DECADE:
            candidate = float(f"{step}e{decade}")
            if bottom <= candidate <= high:
                scale.add(candidate)
    return sorted(scale)


def _bound(field: FieldInfo, kind: type[Ge] | type[Le]) -> float:
    for item in field.metadata:
        if isinstance(item, kind):
            return typing.cast(float, item.ge if isinstance(item, Ge) else item.le)
    raise TypeError(f"{field.title} has no {kind.__name__} bound, which a widget needs")


def _options(annotation: Any) -> list[Any] | None:
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    if get_origin(annotation) in (typing.Union, types.UnionType):
        inner = [argument for argument in get_args(annotation) if argument is not type(None)]
        if len(inner) == 1 and get_origin(inner[0]) is Literal:
            return [None, *get_args(inner[0])]
    return None
