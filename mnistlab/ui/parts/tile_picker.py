"""Many small pictures to pick one from, by mouse, touch or keyboard; as wide as the page allows."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.pictures.encoding import data_address
from mnistlab.ui.parts.component import component, room

# In a row on a narrow screen, as the style has it.
NARROW = 8


def pick_tile(
    images: NDArray[np.uint8],
    labels: Sequence[str],
    numbers: Sequence[int],
    chosen: int,
    key: str,
    on_pick: Callable[[int], None],
    columns: int = 16,
) -> None:
    """Draw images (count, 28, 28) uint8; `on_pick` is called with the number of the one that is pressed.

    Arguments:
        images: (count, 28, 28) uint8, in the order to show.
        labels: a sentence for each.
        numbers: the number of each.
        chosen: the number of the tile to frame.
        key: of the widget.
        on_pick: called before the script runs again.
        columns: in a row on a wide page.
    """

    def picked() -> None:
        number = st.session_state[key].get("picked")
        if isinstance(number, int | float) and int(number) in set(numbers):
            on_pick(int(number))

    tiles = [
        {"source": data_address(image), "label": label, "number": int(number)}
        for image, label, number in zip(images, labels, numbers, strict=True)
    ]
    columns = min(columns, len(tiles))
    wide, narrow = (f"aspect-ratio: {row} / {-(-len(tiles) // row)};" for row in (columns, min(columns, NARROW)))
    with room(key, wide, narrow):
        component(__file__)(
            data={"tiles": tiles, "chosen": int(chosen), "columns": columns}, key=key, on_picked_change=picked
        )
