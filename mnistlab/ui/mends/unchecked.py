"""Figures as plain dictionaries -> objects for `st.plotly_chart`, without Plotly's validation of every value.

The validation takes nine tenths of a chart's time, a dozen times per page (docs/decisions/0012). The tests of `figures/` find the same errors.
"""

from functools import cache
from typing import Any

from mnistlab.figures.plotly import Figure


def ready(figure: Figure) -> Any:
    """Wrap a figure (`data` and `layout`, JSON values only) for `st.plotly_chart`."""
    return _ready()(figure)


@cache
def _ready() -> Any:
    """Return the class of figures that are not validated; created late, because Plotly takes a third of a second to import."""
    import plotly.io
    from plotly.basedatatypes import BaseFigure

    # Streamlit's theme, which the validation would have put into each figure.
    template = plotly.io.templates["streamlit"].to_plotly_json()
    _forget_rules()

    class Ready(BaseFigure):  # type: ignore[misc]  # Plotly has no types
        """A figure that Streamlit accepts as already validated: it calls only `to_dict`."""

        def __init__(self, figure: Figure) -> None:
            object.__setattr__(self, "_figure", figure)

        def to_dict(self) -> Figure:
            figure: Figure = self._figure
            return {**figure, "layout": {"template": template, **figure["layout"]}}

    return Ready


def _forget_rules() -> None:
    """Free the rules of Plotly's validation, 8 MB of small objects that only templates needed; Plotly 6 reads them again where it validates."""
    from plotly.validator_cache import ValidatorCache

    ValidatorCache._json_cache = None
    ValidatorCache._cache.clear()
