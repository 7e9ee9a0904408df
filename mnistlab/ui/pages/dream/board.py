"""A dream over its original: a divider to slide between them, or the areas to choose one by clicking."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from mnistlab.ui.parts.component import component, room


@dataclass(frozen=True)
class BoardArea:
    """An area on the board; `name`: level.row.column; `frame`: whether others lie in it."""

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
        original: data: address of the picture as it was.
        alt: what there is to see on the dream.
        areas: to choose from, covering the picture.
        divider: whether the divider is shown, else the areas.
        key: of the widget.
        on_pick: called with the name of the area that is clicked, before the script runs again.
    """

    def picked() -> None:
        name = st.session_state[key].get("picked")
        if name in {area.name for area in areas}:
            on_pick(str(name))

    # The picture, and below it what moves the divider.
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
