"""A page's whole state as a recipe: begun by its link, changed by its widgets and clicks, and written into its link again."""

import time
from typing import Any, TypeVar

import streamlit as st

from mnistlab.errors import RecipeError
from mnistlab.recipes.base import RecipePart
from mnistlab.recipes.link import from_link, to_link
from mnistlab.ui.asking import ran_by_itself

# So long after a link was replaced, a browser may still send it; and so many are remembered.
LATE_SECONDS, MOST_BEFORE = 5.0, 40
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
    if memory is None or (given and given != memory["link"]):
        if memory is not None and _is_late(given, memory):
            # What the visitor meant by it shows when the widgets have spoken.
            memory["late"] = given
        else:
            _follow(kind, prefix, given)
    begun: dict[str, Any] = _memory(prefix)["content"]
    return begun


def finish_view(kind: type[ViewType], prefix: str) -> ViewType:
    """Return the checked view and make the address bar a link to it; what cannot be is told and left out."""
    memory = _memory(prefix)
    shown, late = memory["valid"], memory.pop("late", None)
    try:
        memory["valid"] = kind.read({prefix: memory["content"]})
    except RecipeError as error:
        st.warning(str(error))
        memory["content"] = memory["valid"].model_dump(mode="json")[prefix]
    valid: ViewType = memory["valid"]
    if late is not None and valid == shown and not ran_by_itself():
        # Nothing was clicked, so the visitor went back.
        _follow(kind, prefix, late)
        st.rerun()
    wanted = to_link(valid)
    for name in _parameters(prefix):
        if name not in wanted:
            del st.query_params[name]
    for name, text in wanted.items():
        if st.query_params.get(name) != text:
            st.query_params[name] = text
    if wanted != memory["link"]:
        memory["before"] = [(time.monotonic(), memory["link"]), *memory["before"]][:MOST_BEFORE]
        memory["link"] = wanted
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
    st.session_state[f"{prefix}|view"] = {"content": content, "valid": recipe, "link": link, "before": []}
    for complaint in complaints:
        st.warning(f"The link asks for something that cannot be: {complaint}")


def _is_late(given: dict[str, str], memory: dict[str, Any]) -> bool:
    """Return whether a link is one that this page has only just replaced.

    A browser that sends two clicks in a row sends the second with the address it had before the first was answered; one whose visitor
    goes back sends that address, too.
    """
    late = time.monotonic() - LATE_SECONDS
    return any(since > late and given == link for since, link in memory["before"])


def _memory(prefix: str) -> Any:
    return st.session_state.get(f"{prefix}|view")


def _parameters(prefix: str) -> dict[str, str]:
    return {name: text for name, text in st.query_params.to_dict().items() if name.startswith(prefix + ".")}
