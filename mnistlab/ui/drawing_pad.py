"""A pad to draw a digit on with mouse, finger, pen or keys; it sends strokes, not pixels."""

from collections.abc import Callable
from typing import Any

import streamlit as st

HTML = """
<div class="pad">
  <canvas width="560" height="560" tabindex="0" role="application"
    aria-label="Drawing pad. Draw with mouse, finger or pen; or move the pen with the arrow keys and press Space to put it down or lift it."></canvas>
  <div class="row">
    <button type="button" class="undo">Undo</button>
    <button type="button" class="clear">Clear</button>
    <span role="status"></span>
  </div>
</div>
"""
CSS = """
.pad { font: inherit; color: var(--st-text-color); }
canvas { width: 100%; max-width: 20rem; aspect-ratio: 1; display: block; touch-action: none; cursor: crosshair;
  background: #000; border-radius: .5rem; border: 1px solid var(--st-border-color); }
canvas:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
.row { display: flex; gap: .5rem; margin-top: .5rem; align-items: center; max-width: 20rem; }
button { font: inherit; color: inherit; background: var(--st-background-color); border: 1px solid var(--st-border-color);
  border-radius: .5rem; padding: .35rem .9rem; min-height: 2.5rem; cursor: pointer; }
button:focus-visible { outline: 3px solid var(--st-primary-color); }
span { font-size: .8rem; }
"""
# Handlers are assigned, not added: this function runs again after each answer of the page. What is drawn is kept on the canvas itself.
JS = """
export default function ({ parentElement, setStateValue, data }) {
  const canvas = parentElement.querySelector('canvas');
  const status = parentElement.querySelector('span');
  const pen = canvas.getContext('2d');
  const width = 20 * (data?.brush ?? 2.6);
  if (!canvas.strokes || canvas.throw !== data?.throw) {
    canvas.strokes = []; canvas.spot = [500, 500]; canvas.down = false; canvas.throw = data?.throw;
  }
  const strokes = () => canvas.strokes;
  const paint = () => {
    pen.clearRect(0, 0, 560, 560);
    pen.lineCap = pen.lineJoin = 'round'; pen.strokeStyle = '#fff'; pen.lineWidth = width;
    for (const stroke of strokes()) {
      pen.beginPath(); pen.moveTo(stroke[0] * .56, stroke[1] * .56);
      for (let i = 0; i < stroke.length; i += 2) pen.lineTo(stroke[i] * .56, stroke[i + 1] * .56);
      pen.stroke();
    }
    if (canvas.keys) {
      pen.beginPath(); pen.arc(canvas.spot[0] * .56, canvas.spot[1] * .56, width / 2 + 3, 0, 7);
      pen.lineWidth = 3; pen.strokeStyle = canvas.down ? '#f80' : '#8cf'; pen.stroke();
    }
  };
  let last = 0;
  const send = (now) => {
    if (!now && performance.now() - last < 180) return;
    last = performance.now();
    setStateValue('strokes', strokes().map((stroke) => stroke.slice()));
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const part = (value, start, side) => Math.max(0, Math.min(1000, Math.round(1000 * (value - start) / side)));
    return [part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height)];
  };
  canvas.onpointerdown = (event) => {
    if (event.button > 0 || strokes().length >= 400) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    canvas.pointer = event.pointerId; canvas.keys = false;
    strokes().push([...place(event), ...place(event)]); paint();
  };
  canvas.onpointermove = (event) => {
    if (canvas.pointer !== event.pointerId) return;
    const stroke = strokes().at(-1), spot = place(event);
    const far = Math.hypot(spot[0] - stroke.at(-2), spot[1] - stroke.at(-1));
    if (far >= 6 && stroke.length < 4000) { stroke.push(...spot); paint(); send(false); }
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    if (canvas.pointer !== event.pointerId) return;
    canvas.pointer = null; send(true);
  };
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.onkeydown = (event) => {
    const step = event.shiftKey ? 100 : 40, move = moves[event.key];
    if (move) {
      canvas.keys = true;
      canvas.spot = canvas.spot.map((value, i) => Math.max(0, Math.min(1000, value + step * move[i])));
      if (canvas.down) { strokes().at(-1).push(...canvas.spot); send(true); }
    } else if (event.key === ' ') {
      canvas.keys = true; canvas.down = !canvas.down;
      if (canvas.down) strokes().push([...canvas.spot, ...canvas.spot]);
      status.textContent = canvas.down ? 'pen down' : 'pen up'; send(true);
    } else if (event.key === 'Backspace') {
      undo();
    } else return;
    event.preventDefault(); paint();
  };
  const undo = () => { strokes().pop(); canvas.down = false; paint(); send(true); };
  parentElement.querySelector('.undo').onclick = undo;
  parentElement.querySelector('.clear').onclick = () => { canvas.strokes = []; canvas.down = false; paint(); send(true); };
  paint();
}
"""

_pad = st.components.v2.component("mnistlab_pad", html=HTML, css=CSS, js=JS)


def draw_pad(key: str, brush: float, on_change: Callable[[], Any]) -> None:
    """Draw the pad; what was drawn is found by `strokes_of(key)`.

    Arguments:
        key: of its state.
        brush: width in pixels of the finished digit, for what the visitor sees while drawing.
        on_change: called after each stroke, and several times a second during one.
    """
    _pad(key=key, data={"brush": brush}, default={"strokes": []}, on_strokes_change=on_change)


def strokes_of(key: str) -> Any:
    """Return what the pad sent last; unchecked, it comes from a browser."""
    state = st.session_state.get(key)
    return [] if state is None else state.get("strokes", [])
