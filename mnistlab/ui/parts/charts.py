"""Charts as high as they are on this screen."""

from typing import Any

import streamlit as st

from mnistlab.figures.plotly import Figure
from mnistlab.ui.mends.unchecked import ready
from mnistlab.ui.parts.component import room

CHART = {"displayModeBar": False}


def draw_grid(figure: Figure, key: str, alt: str, on_select: Any = "ignore") -> Any:
    """Draw a figure of `figures.mosaics.framed`, without a blank strip below it where the page is narrower than it reckons with.

    Arguments:
        figure: the picture fills its axes, which begin at 0.
        key: of the chart.
        alt: a sentence with the figures that matter.
        on_select: as for `st.plotly_chart`.
    """
    layout = figure["layout"]
    width, height = layout["xaxis"]["range"][1], layout["yaxis"]["range"][0]
    margins = layout["margin"]["t"] + layout["margin"]["b"]
    # Plotly's height is fixed; the picture lies at its top, so what is cut off below is blank.
    with room(key, f"aspect-ratio: {width} / {height + margins}; max-height: {layout['height']}px; overflow: hidden;"):
        return st.plotly_chart(
            ready(figure), key=key, on_select=on_select, selection_mode="points", config=CHART, alt=alt
        )
