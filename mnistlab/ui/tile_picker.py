"""Many small pictures to pick one from, by mouse, touch or keyboard; as wide as the page allows."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.pictures import data_address

# Each tile is a button, so that Tab, Enter and screen readers work without more ado.
SCRIPT = """
export default function ({ parentElement, data, setTriggerValue }) {
  const grid = parentElement.querySelector(".tiles");
  grid.style.setProperty("--columns", data.columns);
  const signature = JSON.stringify(data.tiles.map((tile) => [tile.number, tile.source.length]));
  if (grid.dataset.signature !== signature) {
    grid.dataset.signature = signature;
    grid.replaceChildren(...data.tiles.map((tile) => {
      const button = document.createElement("button");
      const picture = document.createElement("img");
      picture.src = tile.source;
      picture.alt = "";
      button.append(picture);
      button.type = "button";
      button.title = tile.label;
      button.setAttribute("aria-label", tile.label);
      button.dataset.number = tile.number;
      button.onclick = () => setTriggerValue("picked", tile.number);
      return button;
    }));
  }
  for (const button of grid.children) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.number) === data.chosen));
  }
}
"""
STYLE = """
.tiles { display: grid; grid-template-columns: repeat(var(--columns), 1fr); gap: 3px; }
button { padding: 0; border: 0; background: none; cursor: pointer; border-radius: 3px; outline-offset: 1px; }
button:hover { outline: 2px solid var(--st-text-color); }
button:focus-visible { outline: 3px solid var(--st-text-color); }
button[aria-pressed="true"] { outline: 3px solid #e69f00; }
img { display: block; width: 100%; aspect-ratio: 1; image-rendering: pixelated; border-radius: 3px; }
@media (max-width: 40rem) { .tiles { grid-template-columns: repeat(min(var(--columns), 8), 1fr); } }
"""


@cache
def _component() -> Any:
    return st.components.v2.component(
        "tile_picker", html="<div class='tiles' role='group'></div>", css=STYLE, js=SCRIPT
    )


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
    _component()(
        data={"tiles": tiles, "chosen": int(chosen), "columns": min(columns, len(tiles))},
        key=key,
        on_picked_change=picked,
    )
