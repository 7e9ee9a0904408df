"""The patterns of all maps of a layer -> one picture with a place to click and hover for each map."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.pictures import data_address, sheet

GAP = 2
TILE = 28


def columns_for(count: int, wide: bool = True) -> int:
    """Return how many tiles stand in a row."""
    return min(count, 16 if wide else 8)


def figure(
    tiles: NDArray[np.uint8], labels: Sequence[str], numbers: Sequence[int], chosen: int | None
) -> dict[str, Any]:
    """Return the tiles (count, 28, 28) uint8 in rows, each with a transparent point that carries its map's number.

    Arguments:
        tiles: in the order to show.
        labels: what to tell of each when pointed at.
        numbers: the map of each.
        chosen: the map to frame.
    """
    columns = columns_for(len(tiles))
    picture = sheet(tiles, columns, GAP)
    height, width = picture.shape
    places = np.arange(len(tiles))
    left, top = places % columns * (TILE + GAP), places // columns * (TILE + GAP)
    shapes = [
        {
            "type": "rect",
            "x0": int(left[place]) - 1,
            "x1": int(left[place]) + TILE + 1,
            "y0": int(top[place]) - 1,
            "y1": int(top[place]) + TILE + 1,
            "line": {"color": "#f6c15a", "width": 3},
        }
        for place in places
        if numbers[place] == chosen
    ]
    axis = {"visible": False, "fixedrange": True}
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "x": (left + TILE / 2).tolist(),
                "y": (top + TILE / 2).tolist(),
                "customdata": [int(number) for number in numbers],
                "text": list(labels),
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {"size": 34, "symbol": "square", "opacity": 0},
                "unselected": {"marker": {"opacity": 0}},
                "selected": {"marker": {"opacity": 0}},
            }
        ],
        "layout": {
            "height": 60 + round(1000 * height / width),
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "xaxis": {**axis, "range": [-GAP, width + GAP]},
            "yaxis": {**axis, "range": [height + GAP, -GAP], "scaleanchor": "x"},
            "images": [
                {
                    "source": data_address(picture),
                    "xref": "x",
                    "yref": "y",
                    "x": 0,
                    "y": 0,
                    "sizex": width,
                    "sizey": height,
                    "sizing": "stretch",
                    "layer": "below",
                }
            ],
            "shapes": shapes,
            "clickmode": "event+select",
            "dragmode": False,
            "uirevision": "atlas",
        },
    }
