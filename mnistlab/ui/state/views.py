"""A page's whole state as a recipe: initialised from its link, changed by widgets and clicks, and written back into the link."""

from typing import Any, TypeVar

from mnistlab.errors import RecipeError
from mnistlab.recipes.base import RecipePart
from mnistlab.recipes.link import from_link, to_link
from mnistlab.ui.mends.reading import st
from mnistlab.ui.parts.text import warn
from mnistlab.ui.state import links
from mnistlab.ui.state.content import Content

ViewType = TypeVar("ViewType", bound=RecipePart)


def begin_view(kind: type[RecipePart], prefix: str) -> Content:
    """Return the content of the page's view, for the widgets to update.

    It is read from the link after a navigation (`links.py`); a link without any of its parameters keeps the state that the page
    had before.

    Arguments:
        kind: a recipe with the single field `prefix`.
        prefix: prefix of all its parameters and of the keys of all its widgets.
    """
    known = _memory(prefix) is not None
    link = links.link_to_follow(prefix, lambda name: name.startswith(prefix + "."), known)
    if link is not None or not known:
        _follow(kind, prefix, link or {})
    begun: Content = _memory(prefix)["content"]
    return begun


def finish_view(kind: type[ViewType], prefix: str) -> ViewType:
    """Return the checked view and write a link to it into the address bar; invalid values are reported and left out."""
    memory = _memory(prefix)
    try:
        memory["valid"] = kind.read({prefix: memory["content"]})
    except RecipeError as error:
        warn(str(error))
        memory["content"] = memory["valid"].model_dump(mode="json")[prefix]
    valid: ViewType = memory["valid"]
    links.write(to_link(valid))
    return valid


def change_view(prefix: str, part: str, **changes: Any) -> None:
    """Change values of a view from a callback, including those of its widgets.

    Arguments:
        prefix: prefix of the page's view.
        part: dotted path of the part to change, such as "digit"; empty for the view itself.
        **changes: new values by field.
    """
    holder = _memory(prefix)["content"]
    for step in part.split(".") if part else ():
        holder = holder[int(step) if isinstance(holder, list) else step]
    holder.update(changes)
    for name in changes:
        forget_widgets(".".join(step for step in (prefix, part, name) if step))


def part_now(prefix: str, part: str) -> Any:
    """Return a copy of a part of a view with the widgets' values at this moment, which may be ahead of the page; for callbacks.

    Arguments: as for `change_view`; the keys of the part's widgets are the dotted paths of its values.
    """
    holder = _memory(prefix)["content"]
    for step in part.split("."):
        holder = holder[int(step) if isinstance(holder, list) else step]
    return _now(f"{prefix}.{part}", holder)


def _now(path: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _now(f"{path}.{name}", inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_now(f"{path}.{index}", inner) for index, inner in enumerate(value)]
    return st.session_state.get(path, value)


def forget_widgets(path: str) -> None:
    """Reset the widgets at and below `path` to the values of the view."""
    for key in [key for key in st.session_state if str(key) == path or str(key).startswith(path + ".")]:
        del st.session_state[key]


def _follow(kind: type[RecipePart], prefix: str, link: links.Link) -> None:
    """Set the page's view to that of a link."""
    recipe, complaints = from_link(kind, link)
    forget_widgets(prefix)
    content = recipe.model_dump(mode="json")[prefix]
    st.session_state[f"{prefix}|view"] = {"content": content, "valid": recipe}
    if not complaints:
        links.follow(to_link(recipe))
    for complaint in complaints:
        warn(f"This link has an invalid setting: {complaint}")


def _memory(prefix: str) -> Any:
    return st.session_state.get(f"{prefix}|view")
