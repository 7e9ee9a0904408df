"""A digit picked from the test or training set: by number, by class, the most unclear, the misread; with a sheet to click at."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.judgement import misread, unclear
from mnistlab.data.sources import digits
from mnistlab.engine.tasks.surveys import outputs_key, read_set
from mnistlab.figures.digit_sheets import digit_sheet, sentence
from mnistlab.recipes.data_sets import DataName, data_set
from mnistlab.results.readings import Outputs
from mnistlab.ui.answers.asking import Unanswered, kept
from mnistlab.ui.answers.waiting import draw_waiting
from mnistlab.ui.mends.beginning import begin_at, begin_with
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.views import change_view, part_now

ORDERS = {"number": "by number", "unclear": "unclear first", "misread": "misread"}
ANY = -1
# Digits of the list shown to click at, and in a row.
SHEET = COLUMNS = 12


def draw_list(
    prefix: str, part: str, content: Content, picker: Content, data: DataName, model: str, digest: str
) -> None:
    """Draw the lists; change `content` to the digit that is picked, and `picker` to the list it is picked from.

    Arguments: as for `draw_picker`.
    """
    path, split = f"{prefix}.{part}", content["source"]
    row = st.container(horizontal=True, vertical_alignment="center")
    label, order = _draw_filter(prefix, row, path, content, picker, data)
    found = _listed(split, label, order, data, model, digest)
    if found is None:
        return
    if not len(found):
        row.caption("There is no such digit.")
        return
    at = _draw_steps(prefix, part, row, found, content["index"])
    start = max(0, min(at, len(found) - SHEET)) // SHEET * SHEET if at >= 0 else 0
    shown = found[start : start + SHEET]
    all_digits = digits(data, split)
    sheet = digit_sheet(
        all_digits.images[shown], shown, [f"{all_digits.labels[index]}" for index in shown], columns=COLUMNS
    )
    pick_cell(
        sheet,
        f"{path}.sheet",
        sentence(all_digits.labels[shown], shown),
        content["index"],
        lambda number: change_view(prefix, part, index=number),
        narrow=COLUMNS // 2,
    )


def _draw_filter(
    prefix: str, row: Any, path: str, content: Content, picker: Content, data: DataName
) -> tuple[int, str]:
    """Draw the digit's number, which digits are listed and in which order; keep the first in `content`, the others in `picker`."""
    key, last = f"{path}.index", data_set(data).size(content["source"]) - 1
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
        labels = [ANY, *range(len(data_set(data).classes))]
        label = st.selectbox(
            "Class",
            labels,
            begin_at(keys["label"], labels, picker["label"]),
            format_func=lambda digit: "any" if digit == ANY else str(digit),
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


def _draw_steps(prefix: str, part: str, row: Any, found: NDArray[np.int64], index: int) -> int:
    """Draw the ways to the list's neighbours of a digit; return its place in the list, -1 if it is not there."""
    path = f"{prefix}.{part}"
    hits = np.flatnonzero(found == index)
    at = int(hits[0]) if len(hits) else -1
    row.button(
        "Previous",
        icon=":material/chevron_left:",
        key=f"{path}.previous",
        disabled=at == 0,
        on_click=_step,
        args=(prefix, part, found, -1),
    )
    row.button(
        "Next",
        icon=":material/chevron_right:",
        key=f"{path}.next",
        disabled=at == len(found) - 1,
        on_click=_step,
        args=(prefix, part, found, 1),
    )
    row.caption(f"{at + 1:,} of {len(found):,}" if at >= 0 else f"{len(found):,} digits")
    return at


def _step(prefix: str, part: str, found: NDArray[np.int64], step: int) -> None:
    """Go on in the list from where it stands at this moment: two quick presses are two steps."""
    hits = np.flatnonzero(found == part_now(prefix, part)["index"])
    at = int(hits[0]) + step if len(hits) else max(step - 1, 0)
    change_view(prefix, part, index=int(found[min(max(at, 0), len(found) - 1)]))


def _listed(split: Any, label: int, order: str, data: DataName, model: str, digest: str) -> NDArray[np.int64] | None:
    """Return the numbers of the digits of a class in an order; None while the network has not read them yet."""
    labels = digits(data, split).labels
    if order == "number":
        return np.arange(len(labels)) if label == ANY else np.flatnonzero(labels == label)
    key = outputs_key(digest, data, split)
    answer = kept(key, Outputs, read_set, model, data, split)
    if isinstance(answer, Unanswered):
        draw_waiting(answer)
        return None
    found = unclear(answer.outputs) if order == "unclear" else misread(answer.outputs, labels)
    return found if label == ANY else found[labels[found] == label]
