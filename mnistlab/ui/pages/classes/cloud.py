"""Thousands of digits as points in a plane, on a canvas; hovering or the arrow keys show the digit of a point."""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from mnistlab.brought_sets import known_set
from mnistlab.data.sources import digits
from mnistlab.figures.planes import Cloud, colours_of
from mnistlab.keeping import kept
from mnistlab.pictures.encoding import data_address
from mnistlab.recipes.data_sets import DataName, data_set
from mnistlab.ui.parts.component import component, room

# Digits per row of the sheet sent to the browser, and their side there: all 10,000 take 0.9 MB, which the browser caches.
ROW, SIDE = 100, 14
MOST_SHEET_BYTES = 4_000_000
WRONG = "#d62728"


def draw_cloud(key: str, cloud: Cloud, data: DataName, alt: str, on_pick: Callable[[int], None]) -> None:
    """Draw all test digits as points.

    Arguments:
        key: key of the widget.
        cloud: the positions, from `figures.planes.cloud`.
        data: the set of the test digits.
        alt: description of the cloud.
        on_pick: called with the number of the clicked digit before the script runs again.
    """

    def picked() -> None:
        number = st.session_state[key].get("picked")
        if isinstance(number, int | float) and 0 <= number < cloud.count:
            on_pick(int(number))

    drawing = component(__file__)
    with room(key, "min-height: 37.5rem;", "min-height: 28rem;"):
        drawing(
            key=key,
            data={
                "positions": cloud.positions,
                "labels": cloud.labels,
                "read": cloud.read,
                "sheet": _sheet(digits(data, "test").images),
                "row": ROW,
                "colours": colours_of(len(data_set(data).classes)),
                "names": list(known_set(data).classes),
                "wrong": WRONG,
                "alt": f"{alt} With the arrow keys you go from point to point; Enter keeps a digit.",
            },
            on_picked_change=picked,
        )


@kept(MOST_SHEET_BYTES)
def _sheet(images: Any) -> str:
    """Return all digits side by side as a data: address."""
    small = images.reshape(-1, SIDE, 28 // SIDE, SIDE, 28 // SIDE).mean(axis=(2, 4)).astype(np.uint8)
    rows = -(-len(small) // ROW)
    sheet = np.zeros((rows * ROW, SIDE, SIDE), np.uint8)
    sheet[: len(small)] = small
    return data_address(sheet.reshape(rows, ROW, SIDE, SIDE).swapaxes(1, 2).reshape(rows * SIDE, ROW * SIDE))
