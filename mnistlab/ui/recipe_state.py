"""The recipe of a page: begun by its link, kept for the session, written back into the link."""

from typing import Any, TypeVar

import streamlit as st

from mnistlab.recipes.base import RecipePart
from mnistlab.recipes.link import from_link, to_link

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
    given = _given(kind)
    if f"{page}.content" not in st.session_state or (given and given != st.session_state.get(f"{page}.link")):
        recipe, complaints = from_link(kind, given)
        fresh = {name: value for name, value in instead.items() if name not in given}
        set_content(recipe.model_copy(update=fresh), page)
        for complaint in complaints:
            st.warning(f"The link asks for something that cannot be: {complaint}")
    content: dict[str, Any] = st.session_state[f"{page}.content"]
    return content


def set_content(recipe: RecipePart, page: str) -> None:
    """Put another recipe into the page's widgets; for callbacks, and before the widgets are drawn."""
    for key in [key for key in st.session_state if str(key).startswith(f"{page}.")]:
        del st.session_state[key]
    st.session_state[f"{page}.content"] = recipe.model_dump(mode="json")


def write_link(recipe: RecipePart, page: str) -> None:
    """Make the address bar a link to this very recipe, leaving the parameters of others alone."""
    wanted = {name: text for name, text in to_link(recipe).items() if name != SHARED}
    for name in _given(type(recipe)):
        if name not in wanted:
            del st.query_params[name]
    for name, text in wanted.items():
        if st.query_params.get(name) != text:
            st.query_params[name] = text
    st.session_state[f"{page}.link"] = wanted


def _given(kind: type[RecipePart]) -> dict[str, str]:
    """Return the parameters of the link that belong to this recipe."""
    return {
        name: text
        for name, text in st.query_params.to_dict().items()
        if name.split(".")[0] in kind.model_fields and name not in (SHARED, "kind")
    }
