"""Events of trainings -> curves of loss and accuracy."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from mnistlab.figures.plotly import Figure
from mnistlab.store.events import Event

Quantity = Literal["loss", "accuracy"]
# More points than a screen can show only slow the browser down (measured: platform.md).
MOST_POINTS = 200
# More would hide the line.
MOST_MARKERS = 15
# Height of a plot with its axis, in pixels: loss and accuracy both fit on a screen of 800.
PLOT_HEIGHT = 158
# After Okabe and Ito, distinguishable with any kind of colour vision; without black and yellow, and with a lighter blue,
# so that they are visible on light and dark backgrounds.
COLOURS = ("#2e8bc0", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#8c6bb1")
# On a short log axis Plotly would show only the digits 2 and 5.
LOG_TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]
LOG_AXIS = {"type": "log", "tickvals": LOG_TICKS, "ticktext": [f"{tick:g}" for tick in LOG_TICKS]}
# Axes before the first report: left to itself, Plotly counts epochs from 0 to 6 and the accuracy up to 4. On a log axis a range is in powers of ten.
FIRST_EPOCH, FIRST_LOSS, FIRST_LOSS_LOG, FIRST_ACCURACY = (0, 1), (0, 3), (-1, 0.5), (0, 1)
TITLES: dict[Quantity, str] = {"loss": "Loss", "accuracy": "Accuracy"}


@dataclass(frozen=True)
class Curve:
    """One training in a plot: its name, its events, and the number of batches in an epoch."""

    name: str
    events: Sequence[Event]
    batches_per_epoch: int

    @property
    def last_validation(self) -> float | None:
        """Its accuracy on validation digits at the end, or so far; None before the first epoch has ended."""
        ends = [event["val_accuracy"] for event in self.events if "epoch" in event]
        return float(ends[-1]) if ends else None


def figure(curves: Sequence[Curve], quantity: Quantity, logarithmic: bool = False, legend: bool = True) -> Figure:
    """Return training (solid) and validation (dashed) curves over the epochs; `legend`: whether to show it, since two figures share one."""
    traces = []
    for number, curve in enumerate(curves):
        colour = COLOURS[number % len(COLOURS)]
        epochs, values = training_points(curve, quantity)
        # Plotly interprets names as HTML.
        prefix = f"{escape(curve.name)}, " if len(curves) > 1 else ""
        common = {"type": "scatter", "hovertemplate": "epoch %{x:.2f}: %{y:.4f}", "x": epochs, "y": values}
        traces.append(
            {
                **common,
                "mode": "lines",
                "name": f"{prefix}training",
                "line": {"color": colour, "width": 1.5},
            }
        )
        ends = [event for event in curve.events if "epoch" in event]
        traces.append(
            {
                **common,
                "x": [event["epoch"] for event in ends],
                "y": [event.get(f"val_{quantity}") for event in ends],
                "mode": "lines+markers" if len(ends) < MOST_MARKERS else "lines",
                "name": f"{prefix}validation",
                "line": {"color": colour if len(curves) > 1 else COLOURS[1], "width": 2, "dash": "dash"},
                "marker": {"size": 7, "symbol": "diamond"},
            }
        )
    # One training has its legend beside the title, several have it below.
    is_single = len(curves) == 1
    top = 72 if legend and not is_single else 34
    beside: Figure = {
        "y": 1.02,
        "yanchor": "bottom",
        **({"x": 1, "xanchor": "right"} if is_single else {"x": 0, "xanchor": "left"}),
    }
    return {
        "data": traces,
        "layout": {
            "height": top + PLOT_HEIGHT,
            "margin": {"l": 8, "r": 8, "t": top, "b": 8},
            "showlegend": legend,
            "title": {"text": TITLES[quantity], "x": 0, "y": 0.97, "yanchor": "top"},
            **_axes(traces, quantity, logarithmic, legend),
            "legend": {"orientation": "h", **beside},
            "hovermode": "x",
            # Keeps the visitor's zoom and hidden lines while the curves grow.
            "uirevision": quantity,
            "transition": {"duration": 0},
        },
    }


def _axes(traces: Sequence[Figure], quantity: Quantity, logarithmic: bool, legend: bool) -> Figure:
    """Return both axes; as long as nothing has been reported with a range, which the values give later."""
    first = FIRST_ACCURACY if quantity == "accuracy" else FIRST_LOSS_LOG if logarithmic else FIRST_LOSS
    is_empty = not any(trace["x"] for trace in traces)
    return {
        # The figure with the legend is above the other, over the same epochs.
        "xaxis": {
            "title": {"text": "" if legend else "epoch"},
            "rangemode": "tozero",
            "automargin": True,
            **({"range": list(FIRST_EPOCH)} if is_empty else {}),
        },
        "yaxis": {
            "automargin": True,
            **(LOG_AXIS if logarithmic else {}),
            **({"range": list(first)} if is_empty else {}),
        },
    }


def training_points(curve: Curve, quantity: Quantity) -> tuple[list[float], list[float]]:
    """Return epochs and values of the training curve, averaged to at most MOST_POINTS points."""
    points = [
        (event["done"] / curve.batches_per_epoch, event[quantity])
        for event in curve.events
        if event.get("stage") == "training" and isinstance(event.get(quantity), int | float)
    ]
    width = -(-len(points) // MOST_POINTS) or 1
    groups = [points[start : start + width] for start in range(0, len(points), width)]
    return (
        [round(group[-1][0], 4) for group in groups],
        [round(sum(value for _, value in group) / len(group), 6) for group in groups],
    )


def heard(curves: Sequence[Curve], quantity: Quantity) -> list[float]:
    """Return the values of the first training's curve, for a tone; empty for all but the loss."""
    return training_points(curves[0], quantity)[1] if quantity == "loss" and curves else []


def sentence(curves: Sequence[Curve], quantity: Quantity) -> str:
    """Return a description of the figure for those who cannot see it."""
    parts = []
    for curve in curves:
        epochs, values = training_points(curve, quantity)
        ends = [event for event in curve.events if "epoch" in event]
        if not values:
            parts.append(f"{curve.name}: nothing yet")
            continue
        part = f"{curve.name}: training {values[0]:.3g} at first, {values[-1]:.4g} at epoch {epochs[-1]:.1f}"
        if ends:
            part += f", validation {ends[-1][f'val_{quantity}']:.4g} after epoch {ends[-1]['epoch']}"
        parts.append(part)
    return f"{TITLES[quantity]} over the epochs. " + "; ".join(parts) + "."
