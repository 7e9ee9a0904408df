"""A confusion matrix -> a table in colours, and a sentence."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.figures.sheet import Sheet
from mnistlab.pictures.colours import STEPS, table
from mnistlab.pictures.encoding import data_address
from mnistlab.pictures.mosaics import Grid

# What is read right, and how many mistakes that are equally frequent a sentence names.
RIGHT, MOST_NAMED = (0x5B, 0x67, 0x70), 4
# Pixels of a cell; and its number on a dark and on a bright colour.
SIDE, PALE, DARK = 28, "#ffffff", "#000000"


def matrix_sheet(confusion: NDArray[np.int64], shares: bool = False) -> Sheet:
    """Return the counts (classes, classes), rows are labels; the colour shows the share of the row, on a root scale.

    What is read right has a colour of its own: its shares near 1 would leave the mistakes one and the same dark shade. A cell is known by its
    place in the table, row by row.

    Arguments:
        confusion: the counts.
        shares: show percent of the row instead of counts.
    """
    share = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    colours = _colours(share)
    grid = Grid(confusion.size, len(confusion), SIDE, (1, 1), strip=0)
    picture = colours.repeat(grid.tile[0], axis=0).repeat(grid.tile[1], axis=1)
    percent = (100 * share).round(2)
    cells = list(np.ndindex(confusion.shape))
    names = [str(label) for label in range(len(confusion))]
    return Sheet(
        data_address(picture),
        grid,
        range(confusion.size),
        [f"{percent[cell]:.3g}" if shares else f"{confusion[cell]}" for cell in cells],
        [f"a {a} read as {b}: {confusion[a, b]} digits, {percent[a, b]} %" for a, b in cells],
        inks=[_ink(colours[cell]) for cell in cells],
        heads=("true ↓ read as →", names, names),
    )


def _colours(share: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return colours (classes, classes, 3), of the mistakes from none to the most frequent."""
    roots = np.sqrt(share)
    is_right = np.eye(len(share), dtype=bool)
    most = float(roots[~is_right].max(initial=0)) or 1
    steps = np.rint(np.minimum(roots / most, 1) * (STEPS - 1)).astype(int)
    colours: NDArray[np.uint8] = table("viridis")[steps]
    colours[is_right] = RIGHT
    return colours


def _ink(colour: NDArray[np.uint8]) -> str:
    """Return the one of two colours that is easier to read on a colour (3,): WCAG's relative luminance tells which."""
    parts = colour / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    # Both are equally far from this one.
    return PALE if float(linear @ (0.2126, 0.7152, 0.0722)) < 0.179 else DARK


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
