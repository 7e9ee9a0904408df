"""The recipe of a page that makes runs: begun by its link, kept for the session, written back into the link.

Its parameters have no prefix (`epochs=3`, `target.layer=…`), as in the recipe's JSON; pages that only look have views (`views.py`).
"""

from typing import Any, TypeVar

import streamlit as st

from mnistlab.recipes.base import RecipePart
from mnistlab.recipes.link import from_link, to_link
from mnistlab.ui import links
from mnistlab.ui.text import warn

RecipeType = TypeVar("RecipeType", bound=RecipePart)
# The network in use belongs to all pages; the frame sees to it.
SHARED = "model"


def content_of(kind: type[RecipeType], page: str, **instead: Any) -> dict[str, Any]:
    """Return the page's recipe as a dictionary to be changed in place by its widgets.

    Arguments:
        kind: of recipe.
        page: prefix of the page's keys in the session.
        **instead: values for a first visit in place of the recipe's defaults, where the link names none.
    """
    given, memory = _given(kind), st.session_state.get(_memory_key(page))
    if f"{page}.content" not in st.session_state or memory is None or links.is_visitors(given, memory["link"]):
        _follow(kind, page, given, instead)
    content: dict[str, Any] = st.session_state[f"{page}.content"]
    return content


def set_content(recipe: RecipePart, page: str) -> None:
    """Put another recipe into the page's widgets; for callbacks, and before the widgets are drawn."""
    for key in [key for key in st.session_state if str(key).startswith(f"{page}.")]:
        del st.session_state[key]
    st.session_state[f"{page}.content"] = recipe.model_dump(mode="json")


def write_link(recipe: RecipePart, page: str) -> None:
    """Make the address bar a link to this very recipe, leaving the parameters of others alone; the last thing a form does."""
    memory = st.session_state[_memory_key(page)]
    back = links.gone_back(memory["link"], changed=recipe != memory["valid"])
    if back is not None:
        _follow(type(recipe), page, back, {})
        st.rerun()
    memory["valid"] = recipe
    wanted = {name: text for name, text in to_link(recipe).items() if name != SHARED}
    links.write_link(_given(type(recipe)), wanted, memory["link"])


def _follow(kind: type[RecipePart], page: str, link: links.Link, instead: dict[str, Any]) -> None:
    """Let the page show what a link asks for."""
    recipe, complaints = from_link(kind, link)
    fresh = {name: value for name, value in instead.items() if name not in link}
    chosen = recipe.model_copy(update=fresh)
    set_content(chosen, page)
    st.session_state[_memory_key(page)] = {"link": links.new_memory(link), "valid": chosen}
    for complaint in complaints:
        warn(f"The link asks for something that cannot be: {complaint}")


def _memory_key(page: str) -> str:
    # Not among the keys that another recipe forgets.
    return f"{page}|memory"


def _given(kind: type[RecipePart]) -> links.Link:
    """Return the parameters of the link that belong to this recipe."""
    return {
        name: text
        for name, text in st.query_params.to_dict().items()
        if name.split(".")[0] in kind.model_fields and name not in (SHARED, "kind")
    }
