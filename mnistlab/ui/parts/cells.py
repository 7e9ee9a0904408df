"""A sheet of small pictures, to view or to choose one by mouse, touch or keyboard; as wide as its container allows."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnistlab.figures.sheet import Sheet
from mnistlab.ui.parts.component import component, room

# Pictures per row on a narrow screen, as in the style; and the largest scale of the sheet on screen.
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
        sheet: the sheet.
        key: key of the widget.
        alt: a sentence with the main figures.
        chosen: number of the framed picture.
        on_pick: called with the number of the pressed picture before the script runs again.
        narrow: largest number of pictures per row on a narrow screen.
    """

    def picked() -> None:
        number = _number(st.session_state[key].get("picked"), sheet)
        if number is not None and on_pick is not None:
            on_pick(number)

    result = _draw(sheet, key, alt, chosen, narrow, picked)
    return _number(result.get("picked"), sheet)


def draw_cells(sheet: Sheet, key: str, alt: str, *, narrow: int = NARROW) -> None:
    """Draw a sheet to view; arguments as for `pick_cell`."""
    _draw(sheet, key, alt, None, narrow, None)


def _draw(
    sheet: Sheet, key: str, alt: str, chosen: int | None, narrow: int, picked: Callable[[], None] | None
) -> dict[str, Any]:
    grid = sheet.grid
    height, width = grid.tile
    # In a table the row names are as large as a cell, and all columns are kept on a narrow screen.
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
        # Height and width in pixels of the picture.
        "size": grid.size,
        "pitch": grid.tile,
        "strip": grid.strip,
        "tile": [side * grid.zoom for side in grid.shape],
    }
    with room(key, f"{wide} max-width: {round((grid.columns + named) * width * LARGEST_ZOOM)}px;", slim):
        result: dict[str, Any] = component(__file__)(data=data, key=key, on_picked_change=picked or _nothing)
    return result


def _nothing() -> None:
    """Do nothing. It is registered because Streamlit names a component's value only if there is a callback for it."""


def _number(value: Any, sheet: Sheet) -> int | None:
    """Return the number that the browser has sent, or None if it is not in the sheet."""
    return int(value) if isinstance(value, int | float) and int(value) in set(sheet.numbers) else None
