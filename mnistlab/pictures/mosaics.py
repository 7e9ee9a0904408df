"""All maps of a layer -> one picture with a numbered tile for each of them."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.pictures.colours import STEPS, table
from mnistlab.pictures.encoding import palette_png
from mnistlab.recipes.views import Colours, ColourScale

# Smallest side of a tile on screen, in pixels; smaller maps are enlarged.
LEAST_TILE = 60
LEAST_DENSE_TILE = 24
# Thickness of the lines between tiles, and height of the strip above each for its number, in pixels of the picture.
LINE, STRIP = 1, 14
# Of the strip, in pixels on screen, so that a number of the least size fits above the line of strength; and there the widths of a sheet
# beside a large map, and of eight tiles on a phone.
LEAST_STRIP, SHEET_WIDTH, NARROW_WIDTH, NARROW_COLUMNS = 10.5, 545, 340, 8
# The articles' scale: standard deviation, mean and largest grey value.
ARTICLES_FACTOR, ARTICLES_MIDDLE, ARTICLES_TOP = 64.0, 128.0, 255.0
# Palette indices after the colour table: transparent between the tiles; then the colours of marks, red and yellow as drawn by hand in the
# articles, and of the lines.
CLEAR = STEPS
MARKS = np.array([(0, 0, 0), (214, 39, 40), (255, 214, 10), (128, 128, 128)], np.uint8)
BETWEEN = STEPS + 3
# A mark leaves a rim of the node's own colour: its side divided by this.
RIM = 6


@dataclass(frozen=True)
class Grid:
    """The layout of the tiles of a mosaic, in pixels of its picture.

    Attributes:
        count: number of maps.
        columns: tiles per row.
        zoom: pixels per node.
        shape: (rows, columns) of a map.
        strip: pixels above each tile, for its number.
    """

    count: int
    columns: int
    zoom: int
    shape: tuple[int, int]
    strip: int = STRIP

    @property
    def rows(self) -> int:
        """Number of rows of tiles; the last may be incomplete."""
        return -(-self.count // self.columns)

    @property
    def tile(self) -> tuple[int, int]:
        """Height and width of a tile, including its strip and line."""
        return self.shape[0] * self.zoom + self.strip + LINE, self.shape[1] * self.zoom + LINE

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the picture."""
        return self.rows * self.tile[0], self.columns * self.tile[1]

    def corner(self, index: int) -> tuple[int, int]:
        """Return the upper left pixel of a map, below its strip."""
        row, column = divmod(index, self.columns)
        return row * self.tile[0] + self.strip, column * self.tile[1]

    def centre(self, index: int) -> tuple[float, float]:
        """Return row and column of the centre of a map."""
        top, left = self.corner(index)
        return top + self.shape[0] * self.zoom / 2, left + self.shape[1] * self.zoom / 2


def as_maps(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the output of a layer for one digit as maps (rows, columns, maps); a dense node is a map of one node."""
    return values if values.ndim == 3 else values[None, None, :]


def grid_for(shape: tuple[int, ...]) -> Grid:
    """Return the layout for maps (rows, columns, maps), with a picture about 1.6 times as wide as high."""
    rows, columns, count = shape
    least = LEAST_DENSE_TILE if rows == columns == 1 else LEAST_TILE
    zoom = max(1, math.ceil(least / max(rows, columns)))
    ratio = (rows * zoom + STRIP) / (columns * zoom)
    wanted = max(1, min(count, round(math.sqrt(1.6 * ratio * count))))
    if count <= 10:
        wanted = min(count, 5) if rows > 1 else count
    pixel = min(SHEET_WIDTH / wanted, NARROW_WIDTH / min(wanted, NARROW_COLUMNS)) / (columns * zoom + LINE)
    return Grid(count, wanted, zoom, (rows, columns), max(STRIP, math.ceil(LEAST_STRIP / pixel)))


def steps_of(maps: NDArray[np.float32], scale: ColourScale, limits: tuple[float, float]) -> NDArray[np.uint8]:
    """Return maps (rows, columns, maps) as steps of a colour table, 0 to STEPS - 1.

    Arguments:
        maps: values.
        scale: "map": from the smallest to the largest value of each map; a constant map gets the lowest step. "layer": from the smallest to the largest
            of all. "global": between `limits`. "articles": each map standardised, times 64, plus 128, clipped to 0 … 255.
        limits: smallest and largest value of all layers.
    """
    values = maps.astype(np.float64)
    if scale == "articles":
        centred = values - values.mean(axis=(0, 1))
        spread = np.maximum(values.std(axis=(0, 1)), 1e-12)
        share = np.clip(centred / spread * ARTICLES_FACTOR + ARTICLES_MIDDLE, 0, ARTICLES_TOP) / ARTICLES_TOP
        # A constant map has no spread; it gets the middle of the scale.
    elif scale == "map" and values.shape[:2] != (1, 1):
        low, high = values.min(axis=(0, 1)), values.max(axis=(0, 1))
        share = (values - low) / np.where(high > low, high - low, 1.0)
    else:
        low, high = limits if scale == "global" else (float(values.min()), float(values.max()))
        share = (values - low) / (high - low if high > low else 1.0)
    steps: NDArray[np.uint8] = np.rint(np.clip(share, 0, 1) * (STEPS - 1)).astype(np.uint8)
    return steps


def mosaic(steps: NDArray[np.uint8], grid: Grid, colours: Colours, marks: NDArray[np.uint8] | None = None) -> bytes:
    """Return the picture as PNG: all maps in their tiles, transparent between them.

    Arguments:
        steps: (rows, columns, maps) uint8, from `steps_of`.
        grid: from `grid_for`.
        colours: name of the colour table.
        marks: (rows, columns, maps) uint8: 1 marks a node red, 2 yellow.
    """
    rows, columns, count = steps.shape
    height, width = grid.tile
    tiles = np.full((grid.rows * grid.columns, height, width), CLEAR, np.uint8)
    enlarged = steps.transpose(2, 0, 1).repeat(grid.zoom, axis=1).repeat(grid.zoom, axis=2)
    if marks is not None:
        enlarged = _marked(enlarged, marks, grid.zoom)
    tiles[:count, grid.strip :] = BETWEEN
    tiles[:count, grid.strip : grid.strip + rows * grid.zoom, : columns * grid.zoom] = enlarged
    picture = tiles.reshape(grid.rows, grid.columns, height, width).swapaxes(1, 2).reshape(grid.size)
    return palette_png(picture, np.concatenate([table(colours), MARKS]), CLEAR)


def _marked(enlarged: NDArray[np.uint8], marks: NDArray[np.uint8], zoom: int) -> NDArray[np.uint8]:
    """Paint marks over enlarged maps (maps, rows, columns), leaving a rim of the map's colour if there is room."""
    rim = zoom // RIM
    inner = np.zeros((zoom, zoom), np.uint8)
    inner[rim : zoom - rim, rim : zoom - rim] = 1
    painted = np.kron(marks.transpose(2, 0, 1), inner)
    return np.where(painted > 0, CLEAR + painted, enlarged).astype(np.uint8)
