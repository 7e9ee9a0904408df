"""A confusion matrix -> a heat map."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.figures.mosaics import FRAME
from mnistlab.figures.plotly import Figure
from mnistlab.pictures.colours import scale_for_plotly

# What is read right, and how many mistakes that are equally frequent a sentence names.
RIGHT, MOST_NAMED = "#5b6770", 4


def figure(confusion: NDArray[np.int64], chosen: tuple[int, int] | None = None, shares: bool = False) -> Figure:
    """Return the counts (classes, classes), rows are labels; the colour shows the share of the row, on a root scale.

    What is read right has a colour of its own: its shares near 1 would leave the mistakes one and the same dark shade.

    Arguments:
        confusion: the counts.
        chosen: label and reading of the cell that gets a frame; with it come places to click, whose `customdata` is [label, reading].
        shares: show percent of the row instead of counts.
    """
    share = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    data = _cells(confusion, share, shares)
    layout: Figure = {
        "height": 420,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "xaxis": {"title": {"text": "read as"}, "side": "bottom", "type": "category", "automargin": True},
        "yaxis": {"title": {"text": "true digit"}, "autorange": "reversed", "type": "category", "automargin": True},
    }
    if chosen is not None:
        data.append(_places(confusion, share))
        label, read = chosen
        frame = {"x0": read - 0.5, "x1": read + 0.5, "y0": label - 0.5, "y1": label + 0.5}
        layout |= {
            "shapes": [{"type": "rect", **frame, "line": {"color": FRAME, "width": 3}}],
            "xaxis": {**layout["xaxis"], "range": [-0.5, len(confusion) - 0.5], "fixedrange": True},
            "yaxis": {**layout["yaxis"], "autorange": False, "range": [len(confusion) - 0.5, -0.5], "fixedrange": True},
            "hovermode": "closest",
            "dragmode": False,
            "showlegend": False,
        }
    return {"data": data, "layout": layout}


def _cells(confusion: NDArray[np.int64], share: NDArray[np.float64], shares: bool) -> list[Figure]:
    """Return two heat maps, of what is read wrong and of what is read right: a scale belongs to one heat map."""
    names = [str(label) for label in range(len(confusion))]
    is_right = np.eye(len(confusion), dtype=bool)
    roots = np.sqrt(share).round(4)
    # A number is written by the one of both that colours its cell: the other would write over it in a colour for no cell at all.
    numbers = (100 * share).round(2) if shares else confusion
    cells: Figure = {
        "type": "heatmap",
        "customdata": np.stack([confusion, (100 * share).round(2)], axis=-1).tolist(),
        "texttemplate": "%{text}",
        "x": names,
        "y": names,
        "zmin": 0,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": "a %{y} read as %{x}: %{customdata[0]} digits, %{customdata[1]} %<extra></extra>",
    }
    most = float(roots[~is_right].max(initial=0)) or 1
    scales = ((~is_right, most, scale_for_plotly("viridis")), (is_right, 1, [[0, RIGHT], [1, RIGHT]]))
    return [
        {**cells, "z": _only(roots, shown), "text": _only(numbers, shown, ""), "zmax": zmax, "colorscale": scale}
        for shown, zmax, scale in scales
    ]


def _only(values: NDArray[Any], shown: NDArray[np.bool_], nothing: Any = None) -> list[list[Any]]:
    """Return values (rows, columns), with `nothing` where they are not shown; a cell of None Plotly leaves open."""
    return [
        [value if is_shown else nothing for value, is_shown in zip(row, marks, strict=True)]
        for row, marks in zip(values.tolist(), shown, strict=True)
    ]


def _places(confusion: NDArray[np.int64], share: NDArray[np.float64]) -> Figure:
    """Return invisible points over the cells: Plotly reports clicks on points, not on heat maps."""
    cells = [(label, read) for label in range(len(confusion)) for read in range(len(confusion))]
    invisible = {"marker": {"opacity": 0}}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [str(read) for _, read in cells],
        "y": [str(label) for label, _ in cells],
        "customdata": [list(cell) for cell in cells],
        "text": [
            f"a {label} read as {read}: {confusion[label, read]} digits, {100 * share[label, read]:.2f} %"
            for label, read in cells
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"symbol": "square", "size": 34, "opacity": 0},
        "selected": invisible,
        "unselected": invisible,
    }


def sentence(confusion: NDArray[np.int64]) -> str:
    """Return the figures that matter: how many are right, and which confusion is the most frequent."""
    total, right = int(confusion.sum()), int(np.trace(confusion))
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    most = int(wrong.max(initial=0))
    text = f"{right:,} of {total:,} digits are read right"
    if not most:
        return text + "."
    cells = [f"a {label} read as {read}" for label, read in np.argwhere(wrong == most)]
    times = "once" if most == 1 else f"{most} times"
    if len(cells) == 1:
        return f"{text}; the most frequent mistake is {cells[0]}, {times}."
    named = ", ".join(cells[:MOST_NAMED]) + (f" and {len(cells) - MOST_NAMED} more" if len(cells) > MOST_NAMED else "")
    return f"{text}; the most frequent mistakes, {times} each, are {named}."
