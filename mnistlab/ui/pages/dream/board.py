"""A dream over its original, with a divider to slide between them, or with its areas to select by a click."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from mnistlab.ui.parts.component import component, room


@dataclass(frozen=True)
class BoardArea:
    """An area on the board; `name`: level.row.column; `frame`: whether it contains other areas."""

    name: str
    label: str
    level: int
    row: int
    column: int
    on: bool
    chosen: bool
    frame: bool


def draw_board(
    dream: str,
    original: str,
    alt: str,
    areas: Sequence[BoardArea],
    divider: bool,
    key: str,
    on_pick: Callable[[str], None],
) -> None:
    """Draw the board.

    Arguments:
        dream: data: address of the dream.
        original: data: address of the original picture.
        alt: description of the dream.
        areas: the areas to select from; together they cover the picture.
        divider: whether to show the divider; else the areas are shown.
        key: key of the widget.
        on_pick: called with the name of the clicked area before the script runs again.
    """

    def picked() -> None:
        name = st.session_state[key].get("picked")
        if name in {area.name for area in areas}:
            on_pick(str(name))

    # The picture, and below it the handle of the divider.
    with room(key, f"aspect-ratio: {'100 / 106' if divider else '1'}; max-width: 46rem;"):
        component(__file__)(
            data={
                "dream": dream,
                "original": original,
                "alt": alt,
                "areas": [asdict(area) for area in areas],
                "divider": divider,
            },
            key=key,
            on_picked_change=picked,
        )
