"""Figures as plain dictionaries -> charts on the page, without Plotly's own check of every value, and as high as they are on this screen.

That check takes nine tenths of a chart's time, 5 to 10 ms each, a dozen times a page (docs/decisions/0012). What it would find is found
by the tests of `figures/`.
"""

import re
from functools import cache
from typing import Any

import streamlit as st

from mnistlab.figures.plotly import Figure

CHART = {"displayModeBar": False}


def ready(figure: Figure) -> Any:
    """Return a figure (`data` and `layout`, JSON values only) so that `st.plotly_chart` takes it as it is."""
    return _ready()(figure)


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
    place = f"{key}|place"
    # Plotly's height is fixed; the picture lies at its top, so what is cut off below is blank.
    name = re.sub(r"[^a-zA-Z0-9_-]", "-", place)
    margins = layout["margin"]["t"] + layout["margin"]["b"]
    st.html(
        f"<style>.st-key-{name} {{ aspect-ratio: {width} / {height + margins}; max-height: {layout['height']}px; overflow: hidden; }}</style>"
    )
    with st.container(key=place):
        return st.plotly_chart(
            ready(figure), key=key, on_select=on_select, selection_mode="points", config=CHART, alt=alt
        )


@cache
def _ready() -> Any:
    """Return the class of figures that are not checked; made late, since Plotly takes a third of a second to import."""
    import plotly.io
    from plotly.basedatatypes import BaseFigure

    # The theme of Streamlit, which the check would have put into each figure.
    template = plotly.io.templates["streamlit"].to_plotly_json()

    class Ready(BaseFigure):  # type: ignore[misc]  # Plotly has no types
        """What Streamlit takes for a figure that has been checked already: all it asks of one is `to_dict`."""

        def __init__(self, figure: Figure) -> None:
            object.__setattr__(self, "_figure", figure)

        def to_dict(self) -> Figure:
            figure: Figure = self._figure
            return {**figure, "layout": {"template": template, **figure["layout"]}}

    return Ready
