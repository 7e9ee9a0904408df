"""A confusion matrix -> a coloured table, and a sentence."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.figures.sheet import Sheet
from mnistlab.pictures.colours import STEPS, table
from mnistlab.pictures.encoding import data_address
from mnistlab.pictures.mosaics import Grid
from mnistlab.wording import class_names, short_names, with_article

# The colour of correct readings; and how many equally frequent mistakes a sentence names.
RIGHT, MOST_NAMED = (0x5B, 0x67, 0x70), 4
# Side of a cell in pixels; and the colours of its number on dark and on bright ground.
SIDE, PALE, DARK = 28, "#ffffff", "#000000"


def matrix_sheet(confusion: NDArray[np.int64], shares: bool = False, classes: Sequence[str] | None = None) -> Sheet:
    """Return a table of the counts (classes, classes), rows are labels; the colour shows the share of the row, on a root scale.

    Correct readings have a separate colour, because on one scale with them all mistakes would have the same dark shade. Cells are numbered
    row by row.

    Arguments:
        confusion: the counts.
        shares: whether to show percent of the row instead of counts.
        classes: names of the classes; None: their numbers.
    """
    share = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    colours = _colours(share)
    grid = Grid(confusion.size, len(confusion), SIDE, (1, 1), strip=0)
    picture = colours.repeat(grid.tile[0], axis=0).repeat(grid.tile[1], axis=1)
    percent = (100 * share).round(2)
    cells = list(np.ndindex(confusion.shape))
    names = class_names(classes, len(confusion))
    heads = short_names(names)
    return Sheet(
        data_address(picture),
        grid,
        range(confusion.size),
        [f"{percent[cell]:.3g}" if shares else f"{confusion[cell]}" for cell in cells],
        [f"{with_article(names[a])} read as {names[b]}: {confusion[a, b]} digits, {percent[a, b]} %" for a, b in cells],
        inks=[_ink(colours[cell]) for cell in cells],
        heads=("true\N{NO-BREAK SPACE}↓ read\N{NO-BREAK SPACE}→", heads, heads),
    )


def _colours(share: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the colours (classes, classes, 3) of mistakes, from none to the most frequent."""
    roots = np.sqrt(share)
    is_right = np.eye(len(share), dtype=bool)
    most = float(roots[~is_right].max(initial=0)) or 1
    steps = np.rint(np.minimum(roots / most, 1) * (STEPS - 1)).astype(int)
    colours: NDArray[np.uint8] = table("viridis")[steps]
    colours[is_right] = RIGHT
    return colours


def _ink(colour: NDArray[np.uint8]) -> str:
    """Return the one of two colours that has more contrast with a colour (3,), by WCAG's relative luminance."""
    parts = colour / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    # The luminance with equal contrast to both.
    return PALE if float(linear @ (0.2126, 0.7152, 0.0722)) < 0.179 else DARK


def sentence(confusion: NDArray[np.int64], classes: Sequence[str] | None = None) -> str:
    """Return the main figures: the number of correct readings, and the most frequent confusion; `classes`: as in `matrix_sheet`."""
    names = class_names(classes, len(confusion))
    total, right = int(confusion.sum()), int(np.trace(confusion))
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    most = int(wrong.max(initial=0))
    text = f"{right:,} of {total:,} digits are read right"
    if not most:
        return text + "."
    cells = [f"{with_article(names[label])} read as {names[read]}" for label, read in np.argwhere(wrong == most)]
    times = "once" if most == 1 else f"{most} times"
    if len(cells) == 1:
        return f"{text}; the most frequent mistake is {cells[0]}, {times}."
    named = ", ".join(cells[:MOST_NAMED]) + (f" and {len(cells) - MOST_NAMED} more" if len(cells) > MOST_NAMED else "")
    return f"{text}; the most frequent mistakes, {times} each, are {named}."
