"""What a teacher's link says beside the state of its page: which controls are not needed today, and a task in words.

It belongs to one page: another page's link has its own. It hides, and locks nothing.
"""

from collections.abc import Mapping
from typing import Any

from mnistlab.ui.mends.reading import st
from mnistlab.ui.parts.complaints import complain
from mnistlab.ui.state import links
from mnistlab.ui.state.controls import SEPARATOR, Handout, read_hide, read_note, style_of

HIDE, NOTE = "hide", "note"
# What the current page hides, for forms that leave out a whole tab.
NOW = "handout|now"


def follow_handout(page: str) -> Handout:
    """Return what the link of a page says, hide what it hides, and complain of what it cannot; once for each page, after `links.begin`."""
    hidden, odd_names = read_hide(links.parameter(HIDE, page), page)
    note, odd_note = read_note(links.parameter(NOTE, page))
    handout = Handout(hidden, note)
    for (name, value), sentence in zip(parameters_of(handout).items(), (odd_names, odd_note), strict=True):
        if sentence:
            complain(sentence)
            # So that it is said once.
            links.correct(name, value or None, page)
    st.session_state[NOW] = hidden
    if style := style_of(hidden, page):
        st.html(f"<style>{style}</style>")
    return handout


def put_handout(page: str, handout: Handout) -> None:
    """Hide other controls of a page and give it another task, also in its address. Also for callbacks."""
    for name, value in parameters_of(handout).items():
        links.put(name, value or None, page)


def parameters_of(handout: Handout) -> Mapping[str, str]:
    """Return the parameters of a link; empty texts where nothing is hidden and there is no task."""
    return {HIDE: SEPARATOR.join(handout.hidden), NOTE: handout.note}


def draw_groups(titles: Mapping[str, str]) -> list[Any]:
    """Draw the tabs of a form and return their containers; those that the link hides have no tab, and are drawn out of sight.

    Arguments:
        titles: name of the control (without `tab.`) -> title of the tab.
    """
    hidden = {name for name in titles if f"tab.{name}" in st.session_state.get(NOW, ())}
    shown = [title for name, title in titles.items() if name not in hidden]
    tabs = iter(st.tabs(shown) if shown else ())
    return [st.container(key=f"hidden-{name}") if name in hidden else next(tabs) for name in titles]
