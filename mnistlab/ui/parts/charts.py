"""Charts with their figures in words, and no more buttons than are used."""

from typing import Any

import streamlit as st

from mnistlab.figures.plotly import Figure
from mnistlab.ui.mends.unchecked import ready

# Of Plotly's seven buttons, each a stop on the way by keyboard, what a pointer cannot do on the chart itself.
TOOLS = [["toImage", "resetScale2d"]]


def draw_chart(figure: Figure, key: str, alt: str, tools: bool = False, **selection: Any) -> None:
    """Draw a chart.

    Arguments:
        figure: as `mnistlab.figures` makes it.
        key: of the element.
        alt: its figures in a sentence, for who does not see it.
        tools: whether it can be saved as a picture; of those that one zooms into.
        selection: `on_select` and `selection_mode` of `st.plotly_chart`.
    """
    config = {"displaylogo": False, "modeBarButtons": TOOLS} if tools else {"displayModeBar": False}
    st.plotly_chart(ready(figure), key=key, config=config, alt=alt, **selection)
