"""What a training leaves out of its digits, on the form of the page Train: said, kept with the set it belongs to, and cleared by a click."""

import streamlit

from mnistlab.recipes.data_sets import DataName
from mnistlab.ui.mends.reading import st
from mnistlab.ui.parts.text import inert
from mnistlab.ui.state.content import Content
from mnistlab.wording import counted, in_a_row

# The set and its digits that are left out, as long as the form shows the same recipe; the form's content; numbers that are named one by one.
KEPT, CONTENT = "train.left_out", "train.content"
NAMED = 5


def keep_left_out(content: Content, before: DataName) -> None:
    """Keep or drop what is left out, in `content`: numbers mean digits of one set, so they wait while another is chosen.

    Arguments:
        content: of the recipe, with the set that is chosen now.
        before: the set that was chosen before.
    """
    if content.get("without"):
        streamlit.session_state[KEPT] = before, content["without"]
    data, numbers = streamlit.session_state.get(KEPT, (None, ""))
    if data == content["data"]:
        content["without"] = numbers
    else:
        content.pop("without", None)


def draw_left_out(content: Content) -> None:
    """Draw which digits the training leaves out, and the button that clears it; nothing where it leaves out none."""
    numbers = [int(text) for text in content.get("without", "").split(",") if text]
    left_out = [number for number in numbers if number < content["train_size"]]
    if not numbers:
        return
    row = st.container(key="train.without", horizontal=True, vertical_alignment="center")
    row.markdown(inert(_sentence(left_out, len(numbers), int(content["train_size"]))), width="stretch")
    row.button("Learn from them too", key="train.without.clear", icon=":material/undo:", on_click=_clear)


def _sentence(left_out: list[int], given: int, size: int) -> str:
    """Return how many digits are left out, and which."""
    if not left_out:
        return f"The {counted(given, 'digit')} to leave out {'is' if given == 1 else 'are'} not among the first {size:,}: this training learns from all of them."
    some = [f"{number:,}" for number in left_out[:NAMED]]
    names = in_a_row(some if len(left_out) <= NAMED else [*some, f"{len(left_out) - NAMED} more"])
    which = f"number {names}" if len(left_out) == 1 else f"numbers {names}"
    return (
        f"This training leaves out {counted(len(left_out), 'digit')}, {which}; it learns from {size - len(left_out):,}."
    )


def _clear() -> None:
    """Leave out none; a callback."""
    streamlit.session_state[CONTENT].pop("without", None)
    streamlit.session_state.pop(KEPT, None)
