"""A small picture of the digit under the pointer, beside a Plotly chart whose points carry the numbers of test digits."""

from functools import lru_cache
from threading import Lock

import numpy as np
import streamlit as st

from mnistlab.data.sources import digits
from mnistlab.pictures import data_address
from mnistlab.recipes.training import DataName

# Digits in a row of the sheet sent to the browser, and their side there: all 10,000 take 0.9 MB, which the browser keeps.
ROW, SIDE = 100, 14
HTML = '<div class="lab-hovered" role="status" aria-live="off"></div>'
CSS = """
.lab-hovered { position: fixed; display: none; z-index: 1000; width: 84px; height: 84px; pointer-events: none; background-color: #000;
  background-repeat: no-repeat; border: 2px solid #fff; border-radius: .4rem; }
"""
# The chart is Plotly's own element; its handlers are set anew when it is another one.
JS = """
export default function ({ parentElement, data }) {
  const shown = parentElement.querySelector('.lab-hovered');
  const attach = (tries) => {
    const chart = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`);
    if (!chart?.on) return tries && setTimeout(() => attach(tries - 1), 300);
    if (chart.hoversDigits) return;
    chart.hoversDigits = true;
    chart.on('plotly_hover', (event) => {
      const number = event.points[0]?.customdata;
      if (!Number.isInteger(number)) return;
      const size = 84, column = number % data.row, row = Math.floor(number / data.row);
      shown.style.backgroundImage = `url(${data.sheet})`;
      shown.style.backgroundSize = `${size * data.row}px auto`;
      shown.style.backgroundPosition = `${-size * column}px ${-size * row}px`;
      shown.style.left = `${Math.min(event.event.clientX + 16, innerWidth - 100)}px`;
      shown.style.top = `${Math.max(event.event.clientY - 110, 8)}px`;
      shown.style.display = 'block';
    });
    chart.on('plotly_unhover', () => { shown.style.display = 'none'; });
  };
  attach(20);
}
"""

_hover = st.components.v2.component("mnistlab_hover", html=HTML, css=CSS, js=JS, isolate_styles=False)


def draw_hovered(chart: str, data: DataName) -> None:
    """Show the digit under the pointer in the chart whose CSS class is `st-key-` and `chart`."""
    with _making:
        sheet = _sheet(data)
    _hover(key=f"{chart}-hover", data={"chart": chart, "row": ROW, "sheet": sheet})


# Visitors who come at once wait for one sheet instead of making one each.
_making = Lock()


@lru_cache(maxsize=2)
def _sheet(data: DataName) -> str:
    images = digits(data, "test").images
    small = images.reshape(-1, SIDE, 28 // SIDE, SIDE, 28 // SIDE).mean(axis=(2, 4)).astype(np.uint8)
    rows = -(-len(small) // ROW)
    sheet = np.zeros((rows * ROW, SIDE, SIDE), np.uint8)
    sheet[: len(small)] = small
    return data_address(sheet.reshape(rows, ROW, SIDE, SIDE).swapaxes(1, 2).reshape(rows * SIDE, ROW * SIDE))
