"""What goes to the browser is what Plotly's own check would have let through, theme and all."""

import json

import numpy as np
import plotly.io
import plotly.tools
import pytest

from mnistlab.figures import map_views, outputs
from mnistlab.ui.mends.unchecked import ready

VALUES = np.random.default_rng(0).random((6, 6, 5)).astype(np.float32)
FIGURES = {
    "map": map_views.large(VALUES[..., 0], "jet", 1, 2),
    "bars": outputs.figure(np.full(10, 0.1, np.float32), 3),
    "table": map_views.table(VALUES[..., 0].astype(float), "kernel"),
}


def sent(figure):
    return json.loads(
        plotly.io.to_json(plotly.tools.return_figure_from_figure_or_data(figure, validate_figure=True), validate=False)
    )


@pytest.mark.parametrize("name", FIGURES)
def test_it_is_what_streamlit_would_have_sent(name):
    import streamlit.elements.plotly_chart  # noqa: F401 - registers the theme

    assert sent(ready(FIGURES[name])) == sent(FIGURES[name])
