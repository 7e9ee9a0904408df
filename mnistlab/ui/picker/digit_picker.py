"""A picker for the digit a page looks at: from the sets at hand, drawn, typed, uploaded, or between two others."""

from typing import get_args

import streamlit as st

from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.digit import BlendChoice, DigitChoice, EditChoice, PickerChoice
from mnistlab.ui.picker.digit_by_hand import draw_on_pad, draw_typing, take_strokes
from mnistlab.ui.picker.digit_list import COLUMNS, draw_list
from mnistlab.ui.picker.digit_on_picture import draw_upload
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.recipe_form import choices_of
from mnistlab.ui.state.views import change_view

WAYS = {
    "test": "Test set",
    "train": "Training set",
    "draw": "Draw",
    "type": "Type",
    "upload": "Upload",
    "blend": "Blend",
}
SOURCE_OF_WAY = {
    "test": "test",
    "train": "train",
    "draw": "drawing",
    "type": "drawing",
    "upload": "drawing",
    "blend": "blend",
}
# The message for each way to make a digit by hand, before there is one.
NOTHING_YET = {
    "draw": "Nothing drawn yet: draw a digit on the pad.",
    "type": "Nothing typed yet: type a digit as rows of characters, like the example.",
    "upload": "No picture of a digit yet: upload one, or take a photograph.",
}


def draw_picker(
    prefix: str, part: str, view: Content, data: DataName, model: str, digest: str, columns: int = COLUMNS
) -> None:
    """Draw the picker for the digit at `part` of the view `prefix`, and change `view` to what is chosen.

    Arguments:
        prefix: of the page's view.
        part: where the digit stands in it, such as "digit".
        view: the content of the page's view, with a `PickerChoice` at "picker".
        data: the set of digits in use.
        model: the network in use, which says what is unclear and what is misread.
        digest: its digest.
        columns: digits of the list per row.
    """
    path, content, picker = f"{prefix}.{part}", view[part], view["picker"]
    way_key = f"{path}.way"
    if SOURCE_OF_WAY.get(st.session_state.get(way_key, "")) != content["source"]:
        st.session_state[way_key] = picker["hand"] if content["source"] == "drawing" else content["source"]
    way = st.pills(
        "Digit from",
        options=list(WAYS),
        default=st.session_state[way_key],
        format_func=WAYS.__getitem__,
        key=way_key,
        required=True,
        wrap=True,
        label_visibility="collapsed",
        on_change=_choose_way,
        args=(prefix, part),
    )
    match way:
        case "test" | "train":
            draw_list(prefix, part, content, picker, data, model, digest, columns)
        case "draw":
            draw_on_pad(prefix, part)
        case "type":
            draw_typing(prefix, part)
        case "upload":
            draw_upload(prefix, part, content)
        case "blend":
            content["blend"] |= choices_of(BlendChoice, content["blend"], f"{path}.blend", BlendChoice.model_fields)


def draw_edits(prefix: str, part: str, view: Content) -> None:
    """Draw the changes to the digit; arguments as for `draw_picker`."""
    path, content = f"{prefix}.{part}", view[part]
    with st.popover("Edit digit", icon=":material/tune:"):
        content["edit"] |= choices_of(EditChoice, content["edit"], f"{path}.edit", EditChoice.model_fields)
        st.button(
            "Reset",
            key=f"{path}.unchanged",
            on_click=change_view,
            args=(prefix, part),
            kwargs={"edit": EditChoice().model_dump()},
        )


def _choose_way(prefix: str, part: str) -> None:
    way = st.session_state[f"{prefix}.{part}.way"]
    changes: Content = {"source": SOURCE_OF_WAY[way]}
    if way == "test":
        changes["index"] = DigitChoice().index
    elif SOURCE_OF_WAY[way] == "drawing":
        changes["pixels"] = ""
    change_view(prefix, part, **changes)
    if way in get_args(PickerChoice.model_fields["hand"].annotation):
        change_view(prefix, "picker", hand=way)
    if way == "draw":
        take_strokes(prefix, part)
