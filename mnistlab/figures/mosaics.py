"""A layer's maps -> one Plotly figure: the mosaic as a picture, over it numbers and places to click."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.figures.plotly import Figure
from mnistlab.pictures.encoding import png_address
from mnistlab.pictures.mosaics import STRIP, Grid, grid_for, mosaic, steps_of
from mnistlab.recipes.views import Colours, ColourScale

# The chosen map's frame: seen on every colour map and theme.
FRAME = "#D55E00"
# Screen pixels per pixel of the picture, at most.
LARGEST_ZOOM = 2.0
# What stands in the note on a map that reacts to no test digit; its number gets a cross.
DEAD = "dead: reacts to none of the test digits"
HIDDEN_AXIS = {"visible": False, "fixedrange": True}
# Where a weak map looks as bright as a strong one.
OWN_SCALES: tuple[ColourScale, ...] = ("map", "articles")
# Of the line that tells how strong a map is; seen on both themes.
STRENGTH = "#3d9a94"
SCALE_WORDS: dict[ColourScale, str] = {
    "map": "each map has its own colour scale",
    "layer": "one colour scale for the whole layer",
    "global": "one colour scale for all layers",
    "articles": "each map standardised, times 64, plus 128, clipped",
}


def figure(
    maps: NDArray[np.float32],
    scale: ColourScale,
    colours: Colours,
    limits: tuple[float, float],
    chosen: int | None = None,
    notes: list[str] | None = None,
    width: int = 900,
) -> Figure:
    """Return the mosaic of maps (rows, columns, maps).

    Arguments:
        maps: what a layer makes of one digit.
        scale: of the colours.
        colours: colour map.
        limits: least and largest value of all layers, for the global scale.
        chosen: the map that gets a frame.
        notes: a few words about each map, shown with its values.
        width: of the place on the page, in pixels, to reserve the height it needs.
    """
    grid = grid_for(maps.shape)
    address = png_address(mosaic(steps_of(maps, scale, limits), grid, colours))
    shown = framed(grid, address, _hover(maps, notes), chosen, width)
    if maps.shape[:2] != (1, 1) and scale in OWN_SCALES:
        shown["data"].append(_strengths(grid, maps))
    if notes is not None:
        shown["data"][0]["text"] = [f"{index} ✕" if note == DEAD else str(index) for index, note in enumerate(notes)]
    return shown


def framed(grid: Grid, address: str, hover: list[str], chosen: int | None, width: int) -> Figure:
    """Return a picture whose tiles lie as `grid` says, with numbers, hover texts and places to click; the place's `customdata` is its number."""
    height, whole = grid.size
    # Small pictures are enlarged, but a few maps do not become a wall.
    shown = min(width / whole, LARGEST_ZOOM)
    return {
        "data": [_numbers(grid), _places(grid, hover, shown)],
        "layout": {
            "height": max(60, round(shown * height)) + 8,
            "margin": {"l": 0, "r": 0, "t": 4, "b": 4},
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            "xaxis": {**HIDDEN_AXIS, "range": [0, whole], "constrain": "domain", "constraintoward": "left"},
            "yaxis": {
                **HIDDEN_AXIS,
                "range": [height, 0],
                "scaleanchor": "x",
                "constrain": "domain",
                "constraintoward": "top",
            },
            "images": [
                {
                    "source": address,
                    "xref": "x",
                    "yref": "y",
                    "x": 0,
                    "y": 0,
                    "sizex": whole,
                    "sizey": height,
                    "sizing": "stretch",
                    "layer": "below",
                }
            ],
            "shapes": [] if chosen is None or chosen >= grid.count else [_frame(grid, chosen)],
        },
    }


def _numbers(grid: Grid) -> Figure:
    """Return the trace that writes each tile's number above it."""
    corners = [grid.corner(index) for index in range(grid.count)]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [left for _, left in corners],
        "y": [top - STRIP / 2 for top, _ in corners],
        "text": [str(index) for index in range(grid.count)],
        "textposition": "middle right",
        "textfont": {"size": 10},
        "hoverinfo": "skip",
    }


def _strengths(grid: Grid, maps: NDArray[np.float32]) -> Figure:
    """Return the trace of a line above each map, as long beside its width as its largest value is beside that of the strongest."""
    peaks = maps.max(axis=(0, 1))
    shares = np.clip(peaks / (peaks.max() or 1), 0, 1)
    x: list[float | None] = []
    y: list[float | None] = []
    for index, share in enumerate(shares):
        if share:
            top, left = grid.corner(index)
            x += [left, left + float(share) * grid.shape[1] * grid.zoom, None]
            y += [top - 1, top - 1, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": STRENGTH, "width": 3},
        "hoverinfo": "skip",
    }


def _places(grid: Grid, hover: list[str], shown: float) -> Figure:
    """Return the trace of invisible squares to click. `shown`: pixels of the screen for one of the picture."""
    centres = [grid.centre(index) for index in range(grid.count)]
    invisible = {"marker": {"opacity": 0}}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x for _, x in centres],
        "y": [y for y, _ in centres],
        "customdata": list(range(grid.count)),
        "text": hover,
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"symbol": "square", "opacity": 0, "size": max(8, round(0.9 * shown * min(grid.shape) * grid.zoom))},
        "selected": invisible,
        "unselected": invisible,
    }


def sentence(layer: str, maps: NDArray[np.float32], scale: ColourScale) -> str:
    """Return what the mosaic shows: how many maps or nodes, which is strongest, how many are silent."""
    peaks = maps.max(axis=(0, 1))
    word = "nodes" if maps.shape[:2] == (1, 1) else f"maps of {maps.shape[0]}×{maps.shape[1]} nodes"
    strongest = int(peaks.argmax())
    silent = int((maps == 0).all(axis=(0, 1)).sum())
    text = f"{layer}: {maps.shape[2]} {word}; the strongest is number {strongest} with {peaks[strongest]:.3g}"
    if silent:
        text += f"; {silent} stay{'s' if silent == 1 else ''} at zero"
    if maps.shape[:2] != (1, 1) or scale in ("global",):
        text += f"; {SCALE_WORDS[scale]}"
    if maps.shape[:2] != (1, 1) and scale in OWN_SCALES:
        text += ", and the line above it tells how strong it is beside the others"
    return text + "."


def _hover(maps: NDArray[np.float32], notes: list[str] | None) -> list[str]:
    peaks, means = maps.max(axis=(0, 1)), maps.mean(axis=(0, 1))
    if maps.shape[:2] == (1, 1):
        texts = [f"node {index}: {peak:.4g}" for index, peak in enumerate(peaks)]
    else:
        texts = [
            f"map {index}: largest {peak:.4g}, mean {mean:.4g}"
            for index, (peak, mean) in enumerate(zip(peaks, means, strict=True))
        ]
    return [f"{text}<br>{note}" if note else text for text, note in zip(texts, notes or [""] * len(texts), strict=True)]


def _frame(grid: Grid, chosen: int) -> Figure:
    top, left = grid.corner(chosen)
    return {
        "type": "rect",
        "x0": left,
        "y0": top,
        "x1": left + grid.shape[1] * grid.zoom,
        "y1": top + grid.shape[0] * grid.zoom,
        "line": {"color": FRAME, "width": 3},
    }
