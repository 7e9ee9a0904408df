"""A page's whole state as a recipe: begun by its link, changed by its widgets and clicks, and written into its link again."""

from typing import Any, TypeVar

import streamlit as st

from mnistlab.errors import RecipeError
from mnistlab.recipes.base import RecipePart
from mnistlab.recipes.link import from_link, to_link
from mnistlab.ui.links import gone_back, is_visitors, new_memory, write_link
from mnistlab.ui.text import warn

ViewType = TypeVar("ViewType", bound=RecipePart)


def begin_view(kind: type[RecipePart], prefix: str) -> dict[str, Any]:
    """Return the content of the page's view, to be changed in place.

    It is read from the link when the page is first opened in a session, and whenever the link is another one than this page wrote
    itself; a link without any of its parameters leaves it as it was when the visitor left the page.

    Arguments:
        kind: a recipe with the one field `prefix`.
        prefix: first part of all its parameters and of the keys of all its widgets.
    """
    given, memory = _parameters(prefix), _memory(prefix)
    if memory is None or is_visitors(given, memory["link"]):
        _follow(kind, prefix, given)
    begun: dict[str, Any] = _memory(prefix)["content"]
    return begun


def finish_view(kind: type[ViewType], prefix: str) -> ViewType:
    """Return the checked view and make the address bar a link to it; what cannot be is told and left out."""
    memory = _memory(prefix)
    shown = memory["valid"]
    try:
        memory["valid"] = kind.read({prefix: memory["content"]})
    except RecipeError as error:
        warn(str(error))
        memory["content"] = memory["valid"].model_dump(mode="json")[prefix]
    valid: ViewType = memory["valid"]
    back = gone_back(memory["link"], changed=valid != shown)
    if back is not None:
        _follow(kind, prefix, back)
        st.rerun()
    write_link(_parameters(prefix), to_link(valid), memory["link"])
    return valid


def change_view(prefix: str, part: str, **changes: Any) -> None:
    """Change values of a view from a callback, so that its widgets show them.

    Arguments:
        prefix: of the page.
        part: dotted path of the part that changes, such as "digit"; empty for the view itself.
        **changes: new values by field.
    """
    holder = _memory(prefix)["content"]
    for step in part.split(".") if part else ():
        holder = holder[int(step) if isinstance(holder, list) else step]
    holder.update(changes)
    for name in changes:
        forget_widgets(".".join(step for step in (prefix, part, name) if step))


def forget_widgets(path: str) -> None:
    """Let the widgets at and below `path` begin anew, with the values of the view."""
    for key in [key for key in st.session_state if str(key) == path or str(key).startswith(path + ".")]:
        del st.session_state[key]


def _follow(kind: type[RecipePart], prefix: str, link: dict[str, str]) -> None:
    """Let the page show what a link asks for."""
    recipe, complaints = from_link(kind, link)
    forget_widgets(prefix)
    content = recipe.model_dump(mode="json")[prefix]
    st.session_state[f"{prefix}|view"] = {"content": content, "valid": recipe, "link": new_memory(link)}
    for complaint in complaints:
        warn(f"The link asks for something that cannot be: {complaint}")


def _memory(prefix: str) -> Any:
    return st.session_state.get(f"{prefix}|view")


def _parameters(prefix: str) -> dict[str, str]:
    return {name: text for name, text in st.query_params.to_dict().items() if name.startswith(prefix + ".")}
