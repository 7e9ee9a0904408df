"""Outputs for one digit over the epochs of a run -> a curve for each class."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.figures.curves import COLOURS
from mnistlab.figures.plotly import Figure
from mnistlab.wording import class_names

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


def figure(epochs: list[int], outputs: NDArray[np.float32], classes: Sequence[str] | None = None) -> Figure:
    """Return a curve for each output (epochs, classes); those that stay small are thin. `classes`: their names; None: their numbers."""
    names = class_names(classes, outputs.shape[1])
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": names[digit],
            "x": epochs,
            "y": outputs[:, digit].astype(float).round(5).tolist(),
            "line": {
                "color": COLOURS[digit % len(COLOURS)],
                "dash": DASHES[digit // len(COLOURS) % len(DASHES)],
                "width": 3 if outputs[:, digit].max() > 0.2 else 1,
            },
            "hovertemplate": f"{names[digit]} after epoch %{{x}}: %{{y:.4f}}<extra></extra>",
        }
        for digit in range(outputs.shape[1])
    ]
    return {
        "data": traces,
        "layout": {
            "height": 300,
            "margin": {"l": 8, "r": 8, "t": 48, "b": 8},
            "xaxis": {"title": {"text": "epoch"}, "automargin": True, "fixedrange": True},
            "yaxis": {"range": [0, 1.02], "automargin": True, "fixedrange": True},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
            "dragmode": False,
        },
    }


def sentence(epochs: list[int], outputs: NDArray[np.float32], classes: Sequence[str] | None = None) -> str:
    """Return the first and the last reading, and the epoch since which it holds; `classes`: as in `figure`."""
    names = class_names(classes, outputs.shape[1])
    read = outputs.argmax(axis=1)
    last = int(read[-1])
    since = epochs[-1]
    for epoch, digit in zip(reversed(epochs), read[::-1], strict=True):
        if digit != last:
            break
        since = epoch
    if since == epochs[0]:
        return f"From epoch {since} on the network reads {names[last]}: with {outputs[0, last]:.3f} at first, with {outputs[-1, last]:.3f} at epoch {epochs[-1]}."
    return (
        f"At epoch {epochs[0]} the network reads {names[read[0]]} with {outputs[0, read[0]]:.3f}; "
        f"since epoch {since} it reads {names[last]}, at epoch {epochs[-1]} with {outputs[-1, last]:.3f}."
    )
