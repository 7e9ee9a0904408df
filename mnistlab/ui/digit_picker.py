"""A picker for the digit a page looks at: from the sets at hand, drawn, typed, uploaded, or between two others."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.data.drawing import BRUSHES, checked_strokes, drawn, to_text, typed
from mnistlab.data.sources import SIZES, digits
from mnistlab.engine import questions
from mnistlab.errors import DataError
from mnistlab.figures import digit_sheets
from mnistlab.judgement import misread, unclear
from mnistlab.recipes.digit import BlendChoice, DigitChoice, EditChoice
from mnistlab.recipes.training import DataName
from mnistlab.ui.asking import kept
from mnistlab.ui.complaints import complain
from mnistlab.ui.drawing_pad import draw_pad, strokes_of
from mnistlab.ui.recipe_form import choices_of
from mnistlab.ui.views import change_view

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
ORDERS = {"number": "by number", "unclear": "most unclear first", "misread": "misread"}
# Digits of the list shown to click at.
SHEET = 12
EXAMPLE = """..######
.##....#
.......#
.....##.
....##..
...##...
..##....
.########"""


def draw_picker(prefix: str, part: str, content: dict[str, Any], data: DataName, model: str, digest: str) -> None:
    """Draw the picker for the digit at `part` of the view `prefix`, and change `content` to what is chosen.

    Arguments:
        prefix: of the page's view.
        part: where the digit stands in it, such as "digit".
        content: that digit.
        data: the set of digits in use.
        model: the network in use, which says what is unclear and what is misread.
        digest: its digest.
    """
    path = f"{prefix}.{part}"
    way_key = f"{path}.way"
    if SOURCE_OF_WAY.get(st.session_state.get(way_key, "")) != content["source"]:
        st.session_state[way_key] = {"drawing": "draw"}.get(content["source"], content["source"])
    way = st.pills(
        "Digit from",
        options=list(WAYS),
        format_func=WAYS.__getitem__,
        key=way_key,
        required=True,
        on_change=_choose_way,
        args=(prefix, part),
    )
    match way:
        case "test" | "train":
            _from_set(prefix, part, content, data, model, digest)
        case "draw":
            _draw(prefix, part)
        case "type":
            _type(prefix, part)
        case "upload":
            pass
        case "blend":
            content["blend"] |= choices_of(BlendChoice, content["blend"], f"{path}.blend", BlendChoice.model_fields)
    with st.expander("Change it", icon=":material/tune:"):
        content["edit"] |= choices_of(EditChoice, content["edit"], f"{path}.edit", EditChoice.model_fields)
        st.button(
            "Unchanged again",
            key=f"{path}.unchanged",
            on_click=change_view,
            args=(prefix, part),
            kwargs={"edit": EditChoice().model_dump()},
        )


def _choose_way(prefix: str, part: str) -> None:
    way = st.session_state[f"{prefix}.{part}.way"]
    changes: dict[str, Any] = {"source": SOURCE_OF_WAY[way]}
    if way == "test":
        changes["index"] = DigitChoice().index
    elif SOURCE_OF_WAY[way] == "drawing":
        changes["pixels"] = ""
    change_view(prefix, part, **changes)
    if way == "draw":
        _take_strokes(prefix, part)


def _from_set(prefix: str, part: str, content: dict[str, Any], data: DataName, model: str, digest: str) -> None:
    path, split = f"{prefix}.{part}", content["source"]
    left, right = st.columns(2)
    label = left.selectbox(
        "Class",
        [None, *range(10)],
        format_func=lambda digit: "any" if digit is None else str(digit),
        key=f"{path}.class",
    )
    order = right.selectbox("Order", list(ORDERS), format_func=ORDERS.__getitem__, key=f"{path}.order")
    found = _listed(split, label, order, data, model, digest)
    if found is None:
        return
    key = f"{path}.index"
    if key not in st.session_state:
        st.session_state[key] = content["index"]
    content["index"] = int(
        st.number_input(
            f"Number, 0 to {SIZES[split] - 1:,}",
            0,
            SIZES[split] - 1,
            key=key,
            help="The digits are counted from 0, as in the files of MNIST.",
        )
    )
    if not len(found):
        st.caption("There is no such digit.")
        return
    hits = np.flatnonzero(found == content["index"])
    at = int(hits[0]) if len(hits) else -1
    row = st.container(horizontal=True, vertical_alignment="center")
    row.button(
        "Previous",
        icon=":material/chevron_left:",
        key=f"{path}.previous",
        disabled=at == 0,
        on_click=change_view,
        args=(prefix, part),
        kwargs={"index": int(found[max(at - 1, 0)])},
    )
    row.button(
        "Next",
        icon=":material/chevron_right:",
        key=f"{path}.next",
        disabled=at == len(found) - 1,
        on_click=change_view,
        args=(prefix, part),
        kwargs={"index": int(found[min(at + 1, len(found) - 1)])},
    )
    row.caption(f"{at + 1:,} of {len(found):,}" if at >= 0 else f"{len(found):,} digits in this list")
    start = max(0, min(at, len(found) - SHEET)) // SHEET * SHEET if at >= 0 else 0
    shown = found[start : start + SHEET]
    all_digits = digits(data, split)
    figure = digit_sheets.figure(
        all_digits.images[shown], shown, [f"{all_digits.labels[index]}" for index in shown], content["index"]
    )
    sheet = f"{path}.sheet"
    st.plotly_chart(
        figure,
        key=sheet,
        on_select=lambda: _click(prefix, part, sheet),
        selection_mode="points",
        config={"displayModeBar": False},
        alt=digit_sheets.sentence(all_digits.labels[shown], shown),
    )


def _click(prefix: str, part: str, sheet: str) -> None:
    points = st.session_state[sheet].selection.points
    if points:
        change_view(prefix, part, index=int(points[0]["customdata"]))


def _listed(
    split: Any, label: int | None, order: str, data: DataName, model: str, digest: str
) -> NDArray[np.int64] | None:
    """Return the numbers of the digits of a class in an order; None while the network has not read them yet."""
    labels = digits(data, split).labels
    if order == "number":
        return np.arange(len(labels)) if label is None else np.flatnonzero(labels == label)
    key = questions.outputs_key(digest, data, split)
    answer, why_not = kept(key, questions.read_set, model, data, split)
    if answer is None:
        st.caption(why_not)
        return None
    found = unclear(answer["outputs"]) if order == "unclear" else misread(answer["outputs"], labels)
    return found if label is None else found[labels[found] == label]


def _draw(prefix: str, part: str) -> None:
    path = f"{prefix}.{part}"
    brush_key = f"{path}.brush"
    if brush_key not in st.session_state:
        st.session_state[brush_key] = "middle"
    draw_pad(f"{path}.pad", BRUSHES[st.session_state[brush_key]], lambda: _take_strokes(prefix, part))
    st.pills("Brush", list(BRUSHES), key=brush_key, required=True, on_change=_take_strokes, args=(prefix, part))


def _take_strokes(prefix: str, part: str) -> None:
    path = f"{prefix}.{part}"
    try:
        strokes = checked_strokes(strokes_of(f"{path}.pad"))
        pixels = to_text(drawn(strokes, BRUSHES[st.session_state.get(f"{path}.brush", "middle")])) if strokes else ""
    except DataError as error:
        complain(str(error))
        return
    change_view(prefix, part, pixels=pixels)


def _type(prefix: str, part: str) -> None:
    path = f"{prefix}.{part}"
    st.text_area(
        "Digit as rows of characters",
        key=f"{path}.typed",
        height=260,
        placeholder=EXAMPLE,
        max_chars=900,
        on_change=_take_text,
        args=(prefix, part),
        help="Space and dot are paper, every other sign is ink; up to 28 rows of 28. It is centred and scaled as MNIST's digits are.",
    )


def _take_text(prefix: str, part: str) -> None:
    text = st.session_state[f"{prefix}.{part}.typed"]
    try:
        pixels = to_text(typed(text)) if text.strip() else ""
    except DataError as error:
        complain(str(error))
        return
    change_view(prefix, part, pixels=pixels)
