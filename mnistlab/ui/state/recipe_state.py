"""The recipe of a page that starts runs: initialised from its link, kept for the session, written back into the link.

Its parameters have no prefix (`epochs=3`, `target.layer=…`), as in the recipe's JSON; pages that start no runs have views (`views.py`).
"""

from typing import Any, TypeVar

from mnistlab.recipes.base import RecipePart
from mnistlab.recipes.link import from_link, to_link
from mnistlab.ui.mends.reading import st
from mnistlab.ui.parts.text import warn
from mnistlab.ui.state import links
from mnistlab.ui.state.content import Content

RecipeType = TypeVar("RecipeType", bound=RecipePart)
# The network in use belongs to all pages; the frame handles it.
SHARED = "model"


def content_of(kind: type[RecipeType], page: str, **instead: Any) -> Content:
    """Return the page's recipe as a dictionary for the widgets to update.

    Arguments:
        kind: class of the recipe.
        page: prefix of the page's keys in the session.
        **instead: values that replace the recipe's defaults on a first visit, unless the link gives them.
    """
    known = f"{page}.content" in st.session_state
    link = links.link_to_follow(page, lambda name: _is_mine(kind, name), known)
    if link is not None or not known:
        _follow(kind, page, link or {}, instead)
    content: Content = st.session_state[f"{page}.content"]
    return content


def set_content(recipe: RecipePart, page: str) -> None:
    """Show another recipe in the page's widgets; for callbacks, and before the widgets are drawn."""
    for key in [key for key in st.session_state if str(key).startswith(f"{page}.")]:
        del st.session_state[key]
    st.session_state[f"{page}.content"] = recipe.model_dump(mode="json")


def write_link(recipe: RecipePart | None, page: str) -> None:
    """Write a link to this recipe into the address bar; if there is none, a link to the last valid recipe. The last call of a form."""
    # With “|” instead of “.”, so that `forget_widgets` keeps it when the recipe changes.
    key = f"{page}|link"
    if recipe is not None:
        st.session_state[key] = _link(recipe)
    links.write(st.session_state.get(key, {}))


def _follow(kind: type[RecipePart], page: str, link: links.Link, instead: Content) -> None:
    """Set the page's recipe to that of a link."""
    recipe, complaints = from_link(kind, link)
    chosen = recipe.model_copy(update={name: value for name, value in instead.items() if name not in link})
    set_content(chosen, page)
    if not complaints:
        links.follow(_link(chosen))
    for complaint in complaints:
        warn(f"This link has an invalid setting: {complaint}")


def _link(recipe: RecipePart) -> links.Link:
    return {name: text for name, text in to_link(recipe).items() if name != SHARED}


def _is_mine(kind: type[RecipePart], name: str) -> bool:
    """Return whether a parameter of that name belongs to this recipe."""
    return name.split(".")[0] in kind.model_fields and name not in (SHARED, "kind")
