"""An explanation -> the pictures of its rows, a curve, and the sentences beside them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.receptive import receptive_field
from mnistlab.analysis.why import Row
from mnistlab.figures.curves import COLOURS
from mnistlab.figures.plotly import Figure
from mnistlab.figures.sheet import Sheet
from mnistlab.pictures.encoding import png, png_address
from mnistlab.pictures.mosaics import Grid
from mnistlab.pictures.signed import framed, over_digit, signed_picture
from mnistlab.recipes.network import IMAGE_SIZE, NetworkRecipe
from mnistlab.wording import in_a_row, in_digits, with_sign

# Pixels of the sheet per pixel of a picture; grey between a digit and the pattern below it, and of a pattern that is not at hand.
ZOOM, LINE, NONE = 2, 255, 225
# Of the curve, in pixels on screen.
HEIGHT = 200
# From half of white on, a pixel counts as ink.
INKED = 128


def row_sheet(
    row: Row, image: NDArray[np.uint8], below: Sequence[Mapping[int, NDArray[np.uint8]]], recipe: NetworkRecipe
) -> Sheet:
    """Return a picture for each part of a row: the digit with what the pixels add by way of it; around what a point sees a frame.

    Arguments:
        row: the parts.
        image: the digit, (28, 28) uint8.
        below: what stands below each picture of a map: number of a map -> (28, 28) uint8, or (28, 28, 3) in colours.
        recipe: of the network.
    """
    pictures = over_digit(image, row.pixels, _most(row.pixels))
    if row.kind == "points":
        pictures = np.stack([_with_its_field(picture, row, place, recipe) for place, picture in enumerate(pictures)])
    for more in below:
        line = np.full((len(pictures), 1, image.shape[1], 3), LINE, np.uint8)
        pictures = np.concatenate([pictures, line, _of_maps(more, row, image.shape)], axis=1)
    names = [name_of(row, place) for place in range(len(row.numbers))]
    words = [f"{row.map_of(place)} {with_sign(share)}" for place, share in enumerate(row.shares)]
    labels = [f"{name}: adds {with_sign(share)}" for name, share in zip(names, row.shares, strict=True)]
    strengths = [round(float(share), 3) for share in np.abs(row.shares) / np.abs(row.shares).max()]
    return rgb_sheet(pictures, row.numbers.tolist(), words, labels, len(pictures), strengths)


def kernel_picture(kernel: NDArray[np.float32], most: float) -> NDArray[np.uint8]:
    """Return a kernel (side, side) as large as a digit, (28, 28, 3) uint8: red adds, blue takes away; `most`: the weight with the full colour."""
    zoom = IMAGE_SIZE // len(kernel)
    large = signed_picture(kernel, most).repeat(zoom, axis=0).repeat(zoom, axis=1)
    above = (IMAGE_SIZE - len(large)) // 2
    picture = np.full((IMAGE_SIZE, IMAGE_SIZE, 3), LINE, np.uint8)
    picture[above : above + len(large), above : above + len(large)] = large
    return picture


def rgb_sheet(
    pictures: NDArray[np.uint8],
    numbers: Sequence[int],
    words: Sequence[str],
    labels: Sequence[str],
    columns: int,
    strengths: Sequence[float] = (),
) -> Sheet:
    """Return a sheet of pictures (count, rows, columns, 3) uint8 in colours; all else as in `Sheet`."""
    grid = Grid(len(pictures), min(columns, len(pictures)), ZOOM, (pictures.shape[1], pictures.shape[2]))
    return Sheet(png_address(png(_tiled(pictures, grid))), grid, numbers, words, labels, strengths)


def name_of(row: Row, place: int) -> str:
    """Return the name of a part of a row, such as "map 98 at row 1, column 2"."""
    if row.kind != "points":
        return f"{'node' if row.kind == 'nodes' else 'map'} {row.map_of(place)}"
    index, down, right = row.point(place)
    return f"map {index} at row {down}, column {right}"


def row_title(row: Row) -> str:
    """Return what the parts of a row are."""
    return f"{row.kind[0].upper()}{row.kind[1:]} of {row.layer}"


def row_sentence(row: Row) -> str:
    """Return what a row adds: its parts, all others, and the biases."""
    shown = with_sign(float(row.shares.sum()))
    these = f"this one adds {shown}" if len(row.shares) == 1 else f"these {len(row.shares)} add {shown}"
    others = [f"all {row.left:,} others {with_sign(row.others)}"] if row.left > 1 else []
    others += [f"the other one {with_sign(row.others)}"] if row.left == 1 else []
    return f"{row_title(row)}: {in_a_row([these, *others, f'biases {with_sign(row.biases)}'])}."


def row_alt(row: Row) -> str:
    """Return the parts of a row with what they add, for who does not see them."""
    parts = [f"{name_of(row, place)} {with_sign(share)}" for place, share in enumerate(row.shares)]
    return f"{row_title(row)}, what they add: {', '.join(parts)}."


def rank_sentence(row: Row, place: int) -> str:
    """Return what a part adds, beside all others of its kind."""
    share, total = float(row.shares[place]), float(row.shares.sum()) + row.others + row.biases
    count = len(row.shares) + row.left
    what = "adds" if share > 0 else "takes away"
    rank = "the most" if place == 0 else f"number {place + 1}"
    return f"It {what} {in_digits(abs(share), 3)} of {with_sign(total)} in all, {rank} of {count:,} {row.kind} by size."


def pixels_picture(image: NDArray[np.uint8], pixels: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the digit (28, 28) with what its pixels add, (28, 28, 3) uint8."""
    picture: NDArray[np.uint8] = over_digit(image, pixels[None], _most(pixels))[0]
    return picture


def pixels_sentence(image: NDArray[np.uint8], pixels: NDArray[np.float64], biases: float) -> str:
    """Return how much pixels with ink and those without add, and the biases."""
    is_ink = image >= INKED
    return (
        f"Pixels with ink add {with_sign(float(pixels[is_ink].sum()))}, those without {with_sign(float(pixels[~is_ink].sum()))}, "
        f"biases {with_sign(biases)}: together {with_sign(float(pixels.sum()) + biases)}."
    )


def muting_curve(
    counts: NDArray[np.int64], values: NDArray[np.floating], by_chance: NDArray[np.floating], title: str, layer: str
) -> Figure:
    """Return what is left of a value while maps are muted, the strongest first, beside random ones.

    Arguments:
        counts: (k,) how many are muted.
        values: (k,) the value then.
        by_chance: (k,) likewise, in random orders.
        title: of the value.
        layer: whose maps are muted.
    """
    lines = (("strongest first", values, COLOURS[1], "solid"), ("at random", by_chance, COLOURS[0], "dash"))
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "name": name,
                "x": counts.tolist(),
                "y": line.astype(float).round(5).tolist(),
                "line": {"color": colour, "dash": dash, "width": 2},
                "hovertemplate": f"%{{x}} maps muted, {name}: %{{y:.3f}}<extra></extra>",
            }
            for name, line, colour, dash in lines
        ],
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
            "xaxis": {"title": {"text": f"maps of {layer} muted"}, "automargin": True, "fixedrange": True},
            "yaxis": {"title": {"text": title}, "automargin": True, "fixedrange": True, "rangemode": "tozero"},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
            "dragmode": False,
        },
    }


def muting_sentence(
    counts: NDArray[np.int64], values: NDArray[np.floating], by_chance: NDArray[np.floating], what: str
) -> str:
    """Return after how many maps half of a value is gone, muted by strength and at random; arguments as for `muting_curve`, `what` for its title."""
    half = float(values[0]) / 2
    first, second = (
        next((place for place, value in enumerate(line) if value < half), None) for line in (values, by_chance)
    )
    if first is None or not half > 0:
        return f"{what} never falls below half of what it is, {in_digits(float(values[0]), 3)}."
    random = f"muted at random, {_number(counts, second)}" if second is not None else "muted at random, it never does"
    strongest = "strongest map is" if counts[first] == 1 else f"{_number(counts, first)} strongest maps are"
    return f"{what} falls below half of what it is once the {strongest} muted; {random}."


def _number(counts: NDArray[np.int64], place: int) -> str:
    """Return one of the numbers that were looked at; a span, where those right before it were not."""
    before = int(counts[place - 1]) + 1 if place else 0
    return f"{counts[place]}" if before >= counts[place] else f"{before} to {counts[place]}"


def _tiled(pictures: NDArray[np.uint8], grid: Grid) -> NDArray[np.uint8]:
    """Return pictures (count, rows, columns, 3) on one sheet, as `grid` lays them out."""
    sheet = np.full((*grid.size, 3), LINE, np.uint8)
    for place, picture in enumerate(pictures):
        top, left = grid.corner(place)
        large = picture.repeat(grid.zoom, axis=0).repeat(grid.zoom, axis=1)
        sheet[top : top + large.shape[0], left : left + large.shape[1]] = large
    return sheet


def _of_maps(more: Mapping[int, NDArray[np.uint8]], row: Row, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return what stands below the maps of a row, (count, rows, columns, 3); grey where there is nothing."""
    nothing = np.full(shape, NONE, np.uint8)
    pictures = [more.get(int(number), nothing) for number in row.numbers]
    return np.stack([one if one.ndim == 3 else np.repeat(one[..., None], 3, axis=-1) for one in pictures])


def _with_its_field(picture: NDArray[np.uint8], row: Row, place: int, recipe: NetworkRecipe) -> NDArray[np.uint8]:
    """Return the picture of a point with a frame around the pixels that it sees."""
    _, down, right = row.point(place)
    window = receptive_field(recipe, row.layer, down, right)
    return framed(picture, window.top, window.left, window.bottom, window.right)


def _most(values: NDArray[np.float64]) -> float:
    return float(np.abs(values).max(initial=0))
