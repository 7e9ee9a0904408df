"""The scores of an ascent -> a curve."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.figures.plotly import Figure

MOST_POINTS = 200


def figure(scores: NDArray[np.float32], marks: NDArray[np.int64], best_digit: float | None = None) -> Figure:
    """Return the score over the steps, with marks at the steps whose pictures are shown, and the largest score of any digit."""
    steps = np.unique(np.linspace(1, len(scores), min(len(scores), MOST_POINTS)).astype(int))
    data: list[Figure] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "score",
            "x": steps.tolist(),
            "y": scores[steps - 1].round(4).tolist(),
            "line": {"color": "#2e8bc0", "width": 2},
            "hovertemplate": "step %{x}: %{y:.3f}",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": "pictures shown",
            "x": marks.tolist(),
            "y": scores[marks - 1].round(4).tolist(),
            "marker": {"size": 8, "color": "#d55e00", "symbol": "diamond"},
            "hoverinfo": "skip",
        },
    ]
    if best_digit is not None and best_digit > 0:
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": "best digit",
                "x": [1, len(scores)],
                "y": [best_digit, best_digit],
                "line": {"color": "#009e73", "dash": "dot"},
                "hovertemplate": "the best of all digits: %{y:.3f}",
            }
        )
    return {
        "data": data,
        "layout": {
            "height": 300,
            "margin": {"l": 8, "r": 8, "t": 48, "b": 8},
            "xaxis": {"title": {"text": "step"}, "automargin": True},
            "yaxis": {"title": {"text": "score"}, "rangemode": "tozero", "automargin": True},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "xanchor": "left"},
            "hovermode": "x",
            "uirevision": "score",
        },
    }
