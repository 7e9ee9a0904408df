"""A sheet of small pictures, to look at or to choose one from by mouse, touch or keyboard; as wide as its place allows."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnistlab.figures.sheet import Sheet
from mnistlab.ui.parts.component import component, room

# In a row on a narrow screen, as the style has it; and pixels of the screen for one of the sheet, at most.
NARROW, LARGEST_ZOOM = 8, 2.0


def pick_cell(
    sheet: Sheet,
    key: str,
    alt: str,
    chosen: int | None = None,
    on_pick: Callable[[int], None] | None = None,
    *,
    narrow: int = NARROW,
) -> int | None:
    """Draw a sheet to choose from; return the number of the picture that was just chosen, else None.

    Arguments:
        sheet: what to draw.
        key: of the widget.
        alt: a sentence with the figures that matter.
        chosen: number of the picture in a frame.
        on_pick: called with the number of the picture that is pressed, before the script runs again.
        narrow: pictures in a row on a narrow screen, at most.
    """

    def picked() -> None:
        number = _number(st.session_state[key].get("picked"), sheet)
        if number is not None and on_pick is not None:
            on_pick(number)

    result = _draw(sheet, key, alt, chosen, narrow, picked)
    return _number(result.get("picked"), sheet)


def draw_cells(sheet: Sheet, key: str, alt: str, *, narrow: int = NARROW) -> None:
    """Draw a sheet to look at; arguments as for `pick_cell`."""
    _draw(sheet, key, alt, None, narrow, None)


def _draw(
    sheet: Sheet, key: str, alt: str, chosen: int | None, narrow: int, picked: Callable[[], None] | None
) -> dict[str, Any]:
    grid = sheet.grid
    height, width = grid.tile
    # Names of rows and columns are as large as a cell, and of such a sheet all columns are kept.
    named = int(bool(sheet.heads))
    few = grid.columns if named else min(grid.columns, narrow)
    wide, slim = (
        f"aspect-ratio: {(row + named) * width} / {(-(-grid.count // row) + named) * height};"
        for row in (grid.columns, few)
    )
    data = {
        "alt": alt,
        "chosen": chosen,
        "columns": grid.columns,
        "narrow": few,
        "isChoice": picked is not None,
        "numbers": list(sheet.numbers),
        "words": list(sheet.words),
        "labels": list(sheet.labels),
        "strengths": list(sheet.strengths),
        "inks": list(sheet.inks),
        "heads": sheet.heads,
        "source": sheet.address,
        # In pixels of the picture, height and width.
        "size": grid.size,
        "pitch": grid.tile,
        "strip": grid.strip,
        "tile": [side * grid.zoom for side in grid.shape],
    }
    with room(key, f"{wide} max-width: {round((grid.columns + named) * width * LARGEST_ZOOM)}px;", slim):
        result: dict[str, Any] = component(__file__)(data=data, key=key, on_picked_change=picked or _nothing)
    return result


def _nothing() -> None:
    """Without a callback for it, what a browser sends has no name."""


def _number(value: Any, sheet: Sheet) -> int | None:
    """Return the number that a browser has sent, unless it is none of the sheet's."""
    return int(value) if isinstance(value, int | float) and int(value) in set(sheet.numbers) else None
