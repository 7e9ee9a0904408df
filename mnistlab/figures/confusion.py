"""A confusion matrix -> a heat map."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def figure(confusion: NDArray[np.int64]) -> dict[str, Any]:
    """Return the counts (10, 10), rows are labels; the colour shows the share of the row, on a root scale so that errors show."""
    rows = np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    share = confusion / rows
    names = [str(digit) for digit in range(10)]
    return {
        "data": [
            {
                "type": "heatmap",
                "z": np.sqrt(share).round(4).tolist(),
                "text": confusion.tolist(),
                "customdata": (100 * share).round(2).tolist(),
                "texttemplate": "%{text}",
                "x": names,
                "y": names,
                "colorscale": "Viridis",
                "showscale": False,
                "xgap": 1,
                "ygap": 1,
                "hovertemplate": "a %{y} read as %{x}: %{text} digits, %{customdata} %<extra></extra>",
            }
        ],
        "layout": {
            "height": 420,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": {"title": {"text": "read as"}, "side": "bottom", "type": "category", "automargin": True},
            "yaxis": {"title": {"text": "is a"}, "autorange": "reversed", "type": "category", "automargin": True},
        },
    }


def sentence(confusion: NDArray[np.int64]) -> str:
    """Return the figures that matter: how many are right, and which confusion is the most frequent."""
    total, right = int(confusion.sum()), int(np.trace(confusion))
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    label, read = (int(place) for place in np.unravel_index(int(wrong.argmax()), wrong.shape))
    text = f"{right:,} of {total:,} digits are read right"
    if wrong[label, read]:
        text += f"; the most frequent mistake is a {label} read as {read}, {wrong[label, read]} times"
    return text + "."
