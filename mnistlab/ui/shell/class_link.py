"""A link for a class: the page as it is, without the controls that are not needed today, and with a task. Made in a small dialogue."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import streamlit as st

from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.parts.text import as_html, inert, note
from mnistlab.ui.shell.menu import HOME
from mnistlab.ui.state import links
from mnistlab.ui.state.controls import LONGEST_NOTE, Control, Handout, controls_of, read_note
from mnistlab.ui.state.handout import follow_handout, parameters_of, put_handout

# In the session: the page whose dialogue is open. A run of the page that no visitor asked for would close it.
OPEN = "class-link|open"
# Keys of the dialogue's widgets; with the page, since each has its own controls.
HIDDEN, TASK = "class-link.hide", "class-link.note"


def begin_handout(page: str) -> None:
    """Draw the task that the link of the page sets, hide what it hides, and the dialogue if it is open."""
    handout = follow_handout(page)
    if handout.note:
        draw_task(handout.note)
    if st.session_state.get(OPEN) == page:
        _dialogue(page, handout)
    else:
        # Who has gone to another page meanwhile does not find it open when they come back.
        _close()


def draw_task(text: str) -> None:
    """Draw a task: plain text, in lines."""
    lines = "".join(f"<p>{as_html(line)}</p>" for line in text.splitlines())
    st.html(f"<section class='lab-task' aria-label='Task'><b>Task</b>{lines}</section>")


def draw_class_link(page: str) -> None:
    """Draw the button that opens the dialogue."""
    st.button("Link for a class …", icon=":material/assignment:", key="class-link", on_click=_open, args=(page,))


def _open(page: str) -> None:
    st.session_state[OPEN] = page


def _close() -> None:
    st.session_state.pop(OPEN, None)


@st.dialog("A link for a class", width="medium", on_dismiss=_close)
def _dialogue(page: str, handout: Handout) -> None:
    if st.session_state.get(OPEN) != page:
        # One of its buttons was pressed: the page is drawn as its address now says.
        rerun_page()
    controls = controls_of(page)
    st.markdown(
        "Whoever opens the link gets this page as it is now, with your task above it and without what you take away. "
        "It helps to find the way; it locks nothing."
    )
    text = st.text_area(
        "Task, in plain text",
        begin_with(f"{TASK}.{page}", handout.note),
        max_chars=LONGEST_NOTE,
        key=f"{TASK}.{page}",
        placeholder="Such as: halve the learning rate. What becomes of the curve?",
    )
    key = f"{HIDDEN}.{page}"
    names = st.multiselect(
        "Not shown",
        list(controls),
        begin_with(key, list(handout.hidden)),
        format_func=lambda name: inert(controls[name].title),
        key=key,
        placeholder="Nothing: all is shown",
    )
    _preview(page, _made(page, text, names), controls)
    row = st.container(horizontal=True)
    row.button(
        "Show this page so",
        type="primary",
        icon=":material/visibility:",
        key="class-link.apply",
        on_click=_apply,
        args=(page,),
    )
    if handout.hidden or handout.note:
        row.button(
            "Show everything again",
            icon=":material/restart_alt:",
            key="class-link.clear",
            on_click=_put,
            args=(page, Handout()),
        )


def _preview(page: str, handout: Handout, controls: Mapping[str, Control]) -> None:
    """Draw what students will see, and the link."""
    st.html("<p class='lab-step'>What students will see</p>")
    with st.container(border=True):
        if handout.note:
            draw_task(handout.note)
        left = [control.title for name, control in controls.items() if name not in handout.hidden]
        gone = [control.title for name, control in controls.items() if name in handout.hidden]
        note(f"Shown: {', '.join(left)}." if left else "Shown: the result alone.")
        if gone:
            note(f"Not shown: {', '.join(gone)}.")
    address = address_of(page, handout)
    st.code(address, language=None, wrap_lines=True)
    st.link_button("Open it as a student does", address, icon=":material/open_in_new:")


def address_of(page: str, handout: Handout) -> str:
    """Return the link to a page as it is now, with a handout."""
    own = {**links.whole_way_to(page), **parameters_of(handout)}
    parameters = {name: text for name, text in own.items() if text}
    path = "" if page == HOME else page.removeprefix("pages/").removesuffix(".py")
    base = st.context.url or f"/{path}"
    return f"{base}?{urlencode(parameters)}" if parameters else base


def _made(page: str, text: str, names: Sequence[str]) -> Handout:
    """Return the handout of a task and the names of what is not shown."""
    return Handout(tuple(name for name in controls_of(page) if name in names), read_note(text)[0])


def _apply(page: str) -> None:
    """Show the page as the link does; its address is the link then. For callbacks."""
    # As they stand at this moment, which may be after what the dialogue was drawn with.
    state = st.session_state
    _put(page, _made(page, state.get(f"{TASK}.{page}") or "", state.get(f"{HIDDEN}.{page}") or ()))


def _put(page: str, handout: Handout) -> None:
    """Set the handout of a page and close the dialogue. For callbacks."""
    put_handout(page, handout)
    for key in (f"{TASK}.{page}", f"{HIDDEN}.{page}"):
        st.session_state.pop(key, None)
    _close()
