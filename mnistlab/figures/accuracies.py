"""Trainings beside each other -> a scatter of one of their choices against their accuracy."""

from collections.abc import Sequence

from mnistlab.figures.curves import COLOURS
from mnistlab.figures.plotly import Figure


def figure(values: Sequence[str], accuracies: Sequence[float], names: Sequence[str], title: str) -> Figure:
    """Return the scatter.

    Arguments:
        values: of the choice, as they are written; numbers stand where they belong.
        accuracies: on validation digits, from 0 to 1.
        names: of the trainings, as HTML that shows them literally.
        title: of the choice.
    """
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "x": [_number(value) for value in values],
                "y": [100 * accuracy for accuracy in accuracies],
                "text": list(names),
                "marker": {"size": 10, "color": COLOURS[0]},
                "hovertemplate": "%{text}<br>%{x}: %{y:.2f} %<extra></extra>",
            }
        ],
        "layout": {
            "height": 300,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "showlegend": False,
            "xaxis": {"title": {"text": title}, "automargin": True},
            "yaxis": {"title": {"text": "validation accuracy in per cent"}, "automargin": True},
        },
    }


def sentence(accuracies: Sequence[float]) -> str:
    """Return its figures in a sentence."""
    if not accuracies:
        return "No training has ended yet."
    return f"{len(accuracies)} trainings, from {100 * min(accuracies):.2f} to {100 * max(accuracies):.2f} % on validation digits."


def _number(value: str) -> str | float:
    try:
        return float(value)
    except ValueError:
        return value
