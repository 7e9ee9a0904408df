"""A dream over its original: a divider to slide between them, or the areas to choose one by clicking."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import streamlit as st

HTML = """
<div class="board">
  <img class="dream"><img class="original" alt="">
  <div class="areas" role="group" aria-label="Areas of the picture"></div>
  <div class="line"></div><span class="name left">original</span><span class="name right">dream</span>
</div>
<input type="range" min="0" max="100" step="0.5" value="25" aria-label="Divider: how much of the original is shown, from the left">
"""
CSS = """
.board { position: relative; width: 100%; max-width: 46rem; aspect-ratio: 1; border-radius: .5rem; overflow: hidden; background: #888; }
.board img { position: absolute; inset: 0; width: 100%; height: 100%; display: block; }
.line { position: absolute; top: 0; bottom: 0; width: 2px; background: #fff; box-shadow: 0 0 3px #000; pointer-events: none; }
.board.divided { cursor: ew-resize; touch-action: pan-y; }
.name { position: absolute; bottom: .5rem; padding: .1rem .5rem; border-radius: .25rem; font: inherit; font-size: .75rem;
  color: #fff; background: rgba(0, 0, 0, .62); pointer-events: none; }
.left { left: .5rem; } .right { right: .5rem; }
input { display: block; width: 100%; max-width: 46rem; min-height: 2rem; margin: .25rem 0 0; accent-color: var(--st-primary-color); }
.areas button { position: absolute; padding: 0; margin: 0; background: none; cursor: pointer;
  border: 1px solid rgba(255, 255, 255, .75); outline: 1px solid rgba(0, 0, 0, .45); outline-offset: -2px; }
/* An area that others lie in only shows where it is: a click is for those. */
.areas button.frame { pointer-events: none; }
.areas button:hover { background: rgba(255, 255, 255, .16); }
.areas button.off { background: repeating-linear-gradient(45deg, rgba(0,0,0,.5) 0 3px, rgba(255,255,255,.25) 3px 7px); }
.areas button[aria-pressed="true"] { border: 3px solid #e69f00; z-index: 2; }
.areas button:focus-visible { border: 3px solid #fff; outline: 3px solid #000; z-index: 3; }
[hidden] { display: none !important; }
"""
JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  const dream = find(".dream"), original = find(".original"), areas = find(".areas"), line = find(".line");
  if (dream.getAttribute("src") !== data.dream) dream.src = data.dream;
  if (original.getAttribute("src") !== data.original) original.src = data.original;
  dream.alt = data.alt;
  const range = find("input");
  const divide = () => {
    const share = data.divider ? Number(range.value) : 0;
    original.style.clipPath = `inset(0 ${100 - share}% 0 0)`;
    line.style.left = `${share}%`;
  };
  range.oninput = divide;
  const board = find(".board");
  board.classList.toggle("divided", data.divider);
  const drag = (event) => {
    if (!data.divider || !(event.buttons & 1)) return;
    const place = board.getBoundingClientRect();
    range.value = (100 * (event.clientX - place.left)) / place.width;
    divide();
  };
  board.onpointermove = drag;
  board.onpointerdown = (event) => {
    if (!data.divider) return;
    event.preventDefault();
    board.setPointerCapture(event.pointerId);
    drag(event);
  };
  for (const part of [range, line, find(".left"), find(".right")]) part.hidden = !data.divider;
  areas.hidden = data.divider;
  const signature = JSON.stringify(data.areas);
  if (areas.dataset.signature !== signature) {
    areas.dataset.signature = signature;
    const focused = parentElement.activeElement?.dataset?.name ?? parentElement.getRootNode().activeElement?.dataset?.name;
    areas.replaceChildren(...data.areas.map((area) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.name = area.name;
      button.title = area.label;
      button.setAttribute("aria-label", area.label);
      button.setAttribute("aria-pressed", String(area.chosen));
      button.className = `${area.on ? "" : "off"} ${area.frame ? "frame" : ""}`;
      const side = 100 / 2 ** area.level;
      Object.assign(button.style, { left: `${side * area.column}%`, top: `${side * area.row}%`, width: `${side}%`, height: `${side}%` });
      button.onclick = () => setTriggerValue("picked", area.name);
      return button;
    }));
    if (focused) areas.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
  }
  divide();
}
"""


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


@cache
def _component() -> Any:
    return st.components.v2.component("dream_board", html=HTML, css=CSS, js=JS)


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

    _component()(
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
