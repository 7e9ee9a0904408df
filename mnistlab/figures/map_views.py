"""One large map, the receptive field of a node, and the terms of its value -> Plotly figures with their sentences."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.node_sums import Sum
from mnistlab.analysis.receptive import Window
from mnistlab.figures.curves import COLOURS
from mnistlab.figures.mosaics import FRAME
from mnistlab.figures.plotly import Figure
from mnistlab.pictures.colours import scale_for_plotly
from mnistlab.recipes.views import Colours
from mnistlab.wording import in_digits, with_places

# More bars would be too thin; the rest is summed in one bar.
MOST_BARS = 24
# Tables with at most this many cells show their numbers.
MOST_NUMBERS = 81
# Side of a large map in pixels: with all maps of its layer beside it, it fits on a screen of 800.
SIDE = 250
# Pale enough at both ends for dark numbers, which have a contrast of at least six to one on every cell.
DIVERGING = [[0.0, "#7fb2d9"], [0.5, "#f7f7f7"], [1.0, "#f09a8c"]]
INK = "#1c2526"


def large(values: NDArray[np.float32], colours: Colours, row: int, column: int) -> Figure:
    """Return a large map (rows, columns), with its values on hover and clickable points, whose `customdata` is [row, column]."""
    rows, columns = values.shape
    cells = [(r, c) for r in range(rows) for c in range(columns)]
    invisible = {"marker": {"opacity": 0}}
    return {
        "data": [
            {
                "type": "heatmap",
                "z": values.astype(float).tolist(),
                "colorscale": scale_for_plotly(colours),
                # Else Plotly would lay a scale about the one value of a silent map.
                **({} if values.any() else {"zmin": 0, "zmax": 1}),
                "hoverinfo": "skip",
                "colorbar": {"thickness": 10, "len": 0.9},
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [c for _, c in cells],
                "y": [r for r, _ in cells],
                "customdata": [list(cell) for cell in cells],
                "text": [f"row {r}, column {c}: {in_digits(values[r, c], 5)}" for r, c in cells],
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {"symbol": "square", "size": max(6, 260 // max(rows, columns)), "opacity": 0},
                "selected": invisible,
                "unselected": invisible,
            },
        ],
        "layout": {**_square(rows, columns), "shapes": [_rectangle(Window(row, column, row + 1, column + 1))]},
    }


def large_sentence(name: str, values: NDArray[np.float32], row: int, column: int) -> str:
    """Return the main figures of a map."""
    if not values.any():
        return f"{name} stays at zero on this digit."
    return (
        f"{name}: from {in_digits(values.min())} to {in_digits(values.max())}, mean {in_digits(values.mean())}; "
        f"the node in row {row}, column {column} has {in_digits(values[row, column], 5)}."
    )


def field(image: NDArray[np.uint8], window: Window) -> Figure:
    """Return the digit (28, 28) with a frame around the pixels a node can see."""
    return {
        "data": [
            {
                "type": "heatmap",
                "z": image.tolist(),
                "colorscale": [[0.0, "#000000"], [1.0, "#ffffff"]],
                "showscale": False,
                "zmin": 0,
                "zmax": 255,
                "hovertemplate": "row %{y}, column %{x}: grey value %{z}<extra></extra>",
            }
        ],
        "layout": {**_square(*image.shape), "shapes": [_rectangle(window)]},
    }


def field_sentence(window: Window) -> str:
    """Return a description of the pixels a node can see."""
    return (
        f"This node sees rows {window.top} to {window.bottom - 1} and columns {window.left} to {window.right - 1} "
        f"of the digit, {window.bottom - window.top}×{window.right - window.left} pixels."
    )


def table(values: NDArray[np.float64], title: str, places: int = 2) -> Figure:
    """Return a small table of numbers (rows, columns), coloured about zero; `places`: behind the point."""
    rows, columns = values.shape
    most = max(float(np.abs(values).max()), 1e-9)
    return {
        "data": [
            {
                "type": "heatmap",
                "z": values.tolist(),
                "zmin": -most,
                "zmax": most,
                "colorscale": DIVERGING,
                "showscale": False,
                # As text, because Plotly writes a hyphen for a minus.
                "text": [[with_places(value, places) for value in row] for row in values.tolist()],
                "texttemplate": "%{text}" if values.size <= MOST_NUMBERS else "",
                "textfont": {"color": INK, "size": 12 if columns <= 5 else 9},
                "hovertemplate": "row %{y}, column %{x}: %{z:.5f}<extra></extra>",
            }
        ],
        "layout": {
            **_square(rows, columns),
            "height": 210,
            "title": {"text": title, "x": 0, "font": {"size": 13}},
            "margin": {"l": 4, "r": 4, "t": 30, "b": 4},
        },
    }


def table_sentence(values: NDArray[np.float64], title: str) -> str:
    """Return the numbers of the table, row by row."""
    if values.size > MOST_NUMBERS:
        return f"{title}: {values.shape[0]}×{values.shape[1]} numbers from {in_digits(values.min(), 3)} to {in_digits(values.max(), 3)}."
    rows = "; ".join(" ".join(with_places(value, 2) for value in row) for row in values)
    return f"{title}, row by row: {rows}."


def terms(node: Sum, name: Callable[[int], str]) -> Figure:
    """Return the contributions of the maps or nodes before to the sum, the largest first, then the rest and the bias.

    Arguments:
        node: the computation of the node.
        name: number of a map or node -> its name.
    """
    order = np.argsort(-np.abs(node.terms), kind="stable")
    shown, rest = order[:MOST_BARS], order[MOST_BARS:]
    names = [name(int(index)) for index in shown]
    values = [float(node.terms[index]) for index in shown]
    if len(rest):
        names.append(f"{len(rest):,} others")
        values.append(float(node.terms[rest].sum()))
    names.append("bias")
    values.append(node.bias)
    return {
        "data": [
            {
                "type": "bar",
                "x": names,
                "y": values,
                "marker": {"color": [COLOURS[1] if value < 0 else COLOURS[0] for value in values]},
                "hovertemplate": "%{x}: %{y:.5f}<extra></extra>",
            }
        ],
        "layout": {
            "height": 240,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": {"type": "category", "automargin": True, "fixedrange": True, "tickangle": -60},
            "yaxis": {"automargin": True, "fixedrange": True},
            "dragmode": False,
        },
    }


def terms_sentence(node: Sum, name: Callable[[int], str]) -> str:
    """Return the largest terms of the sum; arguments as for `terms`."""
    order = np.argsort(-np.abs(node.terms), kind="stable")[:3]
    parts = ", ".join(f"{name(int(index))} with {with_places(node.terms[index], 3)}" for index in order)
    return f"The largest of {node.terms.size:,} parts of the sum come from {parts}; the bias is {with_places(node.bias, 3)}."


def histogram(counts: NDArray[np.int32], edges: NDArray[np.float32], here: float | None) -> Figure:
    """Return the histogram of a map's largest value over the test digits; `here`: its value for the digit shown."""
    middles = (edges[:-1] + edges[1:]) / 2
    line = {
        "type": "line",
        "x0": here,
        "x1": here,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": FRAME, "width": 3},
    }
    return {
        "data": [
            {
                "type": "bar",
                "x": middles.astype(float).tolist(),
                "y": counts.tolist(),
                "width": np.diff(edges).astype(float).tolist(),
                "marker": {"color": COLOURS[0]},
                "hovertemplate": "about %{x:.3g}: %{y} digits<extra></extra>",
            }
        ],
        "layout": {
            "height": 210,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": {"title": {"text": "largest value on a digit"}, "automargin": True, "fixedrange": True},
            "yaxis": {"title": {"text": "test digits"}, "automargin": True, "fixedrange": True},
            "shapes": [] if here is None else [line],
            "dragmode": False,
        },
    }


def histogram_sentence(counts: NDArray[np.int32], edges: NDArray[np.float32], reacts: float, here: float) -> str:
    """Return a description of the histogram."""
    total = int(counts.sum())
    middle = float(edges[min(int(np.searchsorted(np.cumsum(counts), total / 2)), len(edges) - 2)])
    return (
        f"Over {total:,} test digits its largest value lies between {in_digits(edges[0], 3)} and {in_digits(edges[-1], 3)}, with a median of about {in_digits(middle, 3)}; "
        f"it reacts to {_share(reacts)}, and to this digit with {in_digits(here, 3)}."
    )


def _share(reacts: float) -> str:
    return "all of them" if reacts == 1 else f"{min(100 * reacts, 99.9):.1f} %"


def _square(rows: int, columns: int) -> Figure:
    hidden = {"visible": False, "fixedrange": True}
    return {
        "height": SIDE,
        "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        "xaxis": {**hidden, "range": [-0.5, columns - 0.5], "constrain": "domain"},
        "yaxis": {**hidden, "range": [rows - 0.5, -0.5], "scaleanchor": "x", "constrain": "domain"},
    }


def _rectangle(window: Window) -> Figure:
    return {
        "type": "rect",
        "x0": window.left - 0.5,
        "y0": window.top - 0.5,
        "x1": window.right - 0.5,
        "y1": window.bottom - 0.5,
        "line": {"color": FRAME, "width": 3},
    }
