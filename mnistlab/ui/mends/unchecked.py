"""Figures as plain dictionaries -> what `st.plotly_chart` takes, without Plotly's own check of every value.

That check takes nine tenths of a chart's time, a dozen times a page (docs/decisions/0012). What it would find is found by the tests of `figures/`.
"""

from functools import cache
from typing import Any

from mnistlab.figures.plotly import Figure


def ready(figure: Figure) -> Any:
    """Return a figure (`data` and `layout`, JSON values only) so that `st.plotly_chart` takes it as it is."""
    return _ready()(figure)


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
