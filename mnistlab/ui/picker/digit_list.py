"""A digit picked from the test or training set: by number, by class, among unclear or misread ones; with a sheet to click on."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.judgement import misread, unclear
from mnistlab.brought_sets import known_set
from mnistlab.data.sources import digits
from mnistlab.engine.tasks.surveys import outputs_key, read_set
from mnistlab.figures.digit_sheets import digit_sheet, sentence
from mnistlab.recipes.data_sets import DataName, data_set
from mnistlab.results.readings import Outputs
from mnistlab.ui.answers.asking import kept
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.waiting import draw_waiting
from mnistlab.ui.mends.beginning import begin_at, begin_with
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.views import change_view, part_now

ORDERS = {"number": "by number", "unclear": "unclear first", "misread": "misread"}
ANY = -1
# Digits of the list on the sheet, and per row where there is room; in a narrow column half as many.
SHEET = COLUMNS = 12


def draw_list(
    prefix: str, part: str, content: Content, picker: Content, data: DataName, model: str, digest: str, columns: int
) -> None:
    """Draw the lists; update `content` with the picked digit, and `picker` with the list it is picked from.

    Arguments: as for `draw_picker`.
    """
    path, split = f"{prefix}.{part}", content["source"]
    row = st.container(horizontal=True, vertical_alignment="center")
    label, order = _draw_filter(prefix, row, path, content, picker, data)
    listed = _listed(split, label, order, data, model, digest)
    if listed is None:
        return
    if not len(listed):
        row.caption("There is no such digit.")
        return
    at = _draw_steps(prefix, part, row, listed, content["index"])
    start = max(0, min(at, len(listed) - SHEET)) // SHEET * SHEET if at >= 0 else 0
    shown = listed[start : start + SHEET]
    all_digits = digits(data, split)
    sheet = digit_sheet(all_digits.images[shown], shown, _names(data, all_digits.labels[shown]), columns=columns)
    pick_cell(
        sheet,
        f"{path}.sheet",
        sentence(_names(data, all_digits.labels[shown]), shown),
        content["index"],
        lambda number: change_view(prefix, part, index=number),
        narrow=COLUMNS // 2,
    )


def _names(data: DataName, labels: NDArray[Any]) -> list[str]:
    names = known_set(data).classes
    return [names[label] for label in labels]


def _draw_filter(
    prefix: str, row: Any, path: str, content: Content, picker: Content, data: DataName
) -> tuple[int, str]:
    """Draw the digit's number, and filter and order of the list; update `content` with the first, `picker` with the others."""
    key, last = f"{path}.index", data_set(data).size(content["source"]) - 1
    names = known_set(data).classes
    if st.session_state.get(key, content["index"]) > last:
        # Of a larger set.
        st.session_state.pop(key, None)
        content["index"] = 0
    with row.popover("Which digits", icon=":material/filter_list:"):
        content["index"] = int(
            st.number_input(
                f"Number, 0 to {last:,}",
                0,
                last,
                begin_with(key, content["index"]),
                key=key,
                help="The digits are counted from 0, as in the files of MNIST.",
            )
        )
        keys = {name: f"{prefix}.picker.{name}" for name in ("label", "order")}
        labels = [ANY, *range(len(names))]
        label = st.selectbox(
            "Class",
            labels,
            begin_at(keys["label"], labels, picker["label"]),
            format_func=lambda digit: "any" if digit == ANY else names[digit],
            key=keys["label"],
        )
        order = st.selectbox(
            "Order",
            list(ORDERS),
            begin_at(keys["order"], list(ORDERS), picker["order"]),
            format_func=ORDERS.__getitem__,
            key=keys["order"],
        )
    picker |= {"label": label, "order": order}
    return label, order


def _draw_steps(prefix: str, part: str, row: Any, listed: NDArray[np.int64], index: int) -> int:
    """Draw the buttons to a digit's neighbours in the list; return its index in the list, -1 if it is not in it."""
    path = f"{prefix}.{part}"
    hits = np.flatnonzero(listed == index)
    at = int(hits[0]) if len(hits) else -1
    row.button(
        "Previous",
        icon=":material/chevron_left:",
        key=f"{path}.previous",
        disabled=at == 0,
        on_click=_step,
        args=(prefix, part, listed, -1),
    )
    row.button(
        "Next",
        icon=":material/chevron_right:",
        key=f"{path}.next",
        disabled=at == len(listed) - 1,
        on_click=_step,
        args=(prefix, part, listed, 1),
    )
    row.caption(f"{at + 1:,} of {len(listed):,}" if at >= 0 else f"{len(listed):,} digits")
    return at


def _step(prefix: str, part: str, listed: NDArray[np.int64], step: int) -> None:
    """Go to a neighbour in the list from the digit at this moment, so that two quick presses are two steps."""
    hits = np.flatnonzero(listed == part_now(prefix, part)["index"])
    at = int(hits[0]) + step if len(hits) else max(step - 1, 0)
    change_view(prefix, part, index=int(listed[min(max(at, 0), len(listed) - 1)]))


def _listed(split: Any, label: int, order: str, data: DataName, model: str, digest: str) -> NDArray[np.int64] | None:
    """Return the ordered numbers of the digits of a class; None until the network has read them."""
    labels = digits(data, split).labels
    if order == "number":
        return np.arange(len(labels)) if label == ANY else np.flatnonzero(labels == label)
    key = outputs_key(digest, data, split)
    answer = kept(key, Outputs, read_set, model, data, split)
    if isinstance(answer, Unanswered):
        draw_waiting(answer)
        return None
    numbers = unclear(answer.outputs) if order == "unclear" else misread(answer.outputs, labels)
    return numbers if label == ANY else numbers[labels[numbers] == label]
