"""The outputs of a network -> bars."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.figures.curves import COLOURS
from mnistlab.figures.plotly import Figure
from mnistlab.wording import class_names, short_names


def figure(
    values: NDArray[np.float32],
    label: int | None,
    before: NDArray[np.float32] | None = None,
    classes: Sequence[str] | None = None,
) -> Figure:
    """Return a bar for each class, that of the true `label` in another colour.

    Arguments:
        values: outputs (classes,).
        label: the true class; None: unknown.
        before: outputs without changes, as thin bars behind.
        classes: names of the classes; None: their numbers.
    """
    names = short_names(class_names(classes, len(values)))
    colours = [COLOURS[2] if index == label else COLOURS[0] for index in range(len(values))]
    traces = [
        {
            "type": "bar",
            "x": names,
            "y": values.tolist(),
            "marker": {"color": colours},
            "hovertemplate": "%{x}: %{y:.4f}<extra></extra>",
            "name": "now",
        }
    ]
    if before is not None:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": names,
                "y": before.tolist(),
                "marker": {"symbol": "line-ew", "size": 16, "line": {"width": 3, "color": COLOURS[1]}},
                "hovertemplate": "%{x} before: %{y:.4f}<extra></extra>",
                "name": "before",
            }
        )
    return {
        "data": traces,
        "layout": {
            "height": 150,
            "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
            "showlegend": False,
            "xaxis": {
                "type": "category",
                "fixedrange": True,
                "automargin": True,
                "tickmode": "linear",
                "tickfont": {"size": 10},
            },
            "yaxis": {"range": [0, 1.05], "fixedrange": True, "automargin": True},
            "dragmode": False,
        },
    }


def sentence(values: NDArray[np.float32], classes: Sequence[str] | None = None) -> str:
    """Return the two largest outputs; `classes`: as in `figure`."""
    names = class_names(classes, len(values))
    first, second = (int(index) for index in np.argsort(-values, kind="stable")[:2])
    return f"The network reads {names[first]} with {values[first]:.4f}; next comes {names[second]} with {values[second]:.4f}."
