"""The facts of parts about a digit's pixels: their values, light, and a filter by hand."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.reading import convolved
from mnistlab.data.inputs import edited
from mnistlab.data.sources import first_digits
from mnistlab.data.standardise import standardise
from mnistlab.lessons.case import CHOSEN_FROM, NEW, Case, NotHereError
from mnistlab.lessons.declared import Facts, yes
from mnistlab.lessons.quick_parts import FilterPart, LightPart, PixelPart
from mnistlab.recipes.digit import EditChoice

FIRST = "Conv2D_1"
GREYS = 255
# From here on a pixel holds ink.
INKED = 64
# Digits that are read in another light: so few are read at once.
TRIED = 50
Values = NDArray[np.float32]


def marked_pixel(part: PixelPart, case: Case) -> tuple[int, int]:
    """Return row and column of the marked pixel: of a new digit one with ink."""
    if part.digit != NEW:
        return part.row, part.column
    rows, columns = np.nonzero(case.digit(part.digit) >= INKED)
    place = case.pick(len(rows))
    return int(rows[place]), int(columns[place])


def pixel_facts(part: PixelPart, case: Case) -> Facts:
    """Return the facts of a marked pixel."""
    image = case.digit(part.digit)
    row, column = marked_pixel(part, case)
    values = standardise(image[None])[0]
    marked = float(values[row, column])
    return {
        "value": float(image[row, column]),
        "row": float(row),
        "column": float(column),
        "mean": float(image.mean()),
        "spread": float(image.std()),
        "label": case.label(part.digit),
        "count": float(image.size),
        "ink": float((image > 0).sum()),
        "standardised": marked,
        "ground": float(values.min()),
        "sign": "negative" if marked < 0 else "positive",
    }


def in_light(image: NDArray[np.uint8], contrast: float, brightness: float) -> NDArray[np.uint8]:
    """Return digits with their grey values multiplied by `contrast` and raised towards white by `brightness`.

    Arguments:
        image: (28, 28) uint8, or several.
        contrast: 0 to 1.
        brightness: 0 to 1; the share of what is left up to white.
    """
    room = GREYS * (1 - contrast)
    lit: NDArray[np.uint8] = np.rint(image * contrast + brightness * room).clip(0, GREYS).astype(np.uint8)
    return lit


def light_shares(case: Case, image: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return what is read in a picture (28, 28) uint8, standardised and as it is with grey values from 0 to 1, (2, classes)."""
    pictures = np.stack([standardise(image[None])[0], image.astype(np.float32) / GREYS])
    return case.read(pictures)


def _shares_kept(part: LightPart, case: Case) -> tuple[float, float]:
    """Return how many per cent of the first digits are read in the part's light as before, standardised and as they are."""
    images = first_digits(case.data, "test", CHOSEN_FROM).images[:TRIED]
    lit = in_light(images, part.contrast, part.brightness)
    plain = lit.astype(np.float32) / np.float32(GREYS)
    before, with_it, without = (
        case.read(pictures).argmax(axis=1) for pictures in (standardise(images), standardise(lit), plain)
    )
    return 100 * float((with_it == before).mean()), 100 * float((without == before).mean())


def light_facts(part: LightPart, case: Case) -> Facts:
    """Return the facts of a digit in another light."""
    image = case.digit(part.digit)
    lit = in_light(image, part.contrast, part.brightness)
    before = light_shares(case, image)[0]
    with_it, without = light_shares(case, lit)
    share_standardised, share_plain = _shares_kept(part, case)
    read, read_standardised, read_plain = (case.class_name(shares) for shares in (before, with_it, without))
    return {
        "label": case.label(part.digit),
        "read": read,
        "sure": 100 * float(before.max()),
        "read_standardised": read_standardised,
        "sure_standardised": 100 * float(with_it.max()),
        "read_plain": read_plain,
        "sure_plain": 100 * float(without.max()),
        "same_standardised": yes(read_standardised == read),
        "same_plain": yes(read_plain == read),
        "tried": float(TRIED),
        "share_standardised": share_standardised,
        "share_plain": share_plain,
        "lowest": float(lit.min()),
        "highest": float(lit.max()),
    }


def filtered(image: NDArray[np.uint8], weights: Sequence[float], bias: float) -> Values:
    """Return patch × kernel + bias at each place of a digit (28, 28) uint8, standardised: (26, 26) float32."""
    kernel = np.array(weights, np.float32).reshape(3, 3, 1, 1)
    found: Values = convolved(standardise(image[None])[..., None], kernel)[0, ..., 0] + np.float32(bias)
    return found


def shifted(image: NDArray[np.uint8], right: int) -> NDArray[np.uint8]:
    """Return a digit moved by whole pixels."""
    return edited(image, EditChoice(right=right)) if right else image


def nearest_map(case: Case, weights: Sequence[float]) -> tuple[int, float]:
    """Return the map of the first convolution whose kernel is most like a filter of 3×3, and how alike they are, −1 to 1.

    Raises:
        NotHereError: its kernels are not 3×3.
    """
    kernels = case.network.weights[f"{FIRST}/kernel"][..., 0, :]
    if kernels.shape[:2] != (3, 3):
        raise NotHereError(
            f"This step is about filters of 3×3 weights; those of the network in use have {kernels.shape[0]}×{kernels.shape[1]}."
        )
    rows = kernels.reshape(9, -1).T
    wanted = np.array(weights, np.float32)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(wanted)
    alike = np.divide(rows @ wanted, lengths, out=np.zeros(len(rows), np.float32), where=lengths > 0)
    return int(alike.argmax()), float(alike.max())


def marked_place(part: FilterPart, case: Case) -> tuple[int, int]:
    """Return row and column of the place where the filter lies: of a new digit one where its sum is far from 0."""
    if part.digit != NEW:
        return part.row, part.column
    sums = np.abs(filtered(case.digit(part.digit), part.weights, part.bias))
    rows, columns = np.nonzero(sums >= sums.max() / 2)
    place = case.pick(len(rows))
    return int(rows[place]), int(columns[place])


def filter_facts(part: FilterPart, case: Case) -> Facts:
    """Return the facts of a filter laid over a digit."""
    image = case.digit(part.digit)
    sums = filtered(image, part.weights, part.bias)
    kept = np.maximum(sums, 0)
    place = marked_place(part, case)
    here = float(sums[place])
    row, column = (int(place) for place in np.unravel_index(int(kept.argmax()), kept.shape))
    moved = np.maximum(filtered(shifted(image, part.shift), part.weights, part.bias), 0)
    nearest, alike = nearest_map(case, part.weights)
    return {
        "label": case.label(part.digit),
        "row": float(place[0]),
        "column": float(place[1]),
        "sum": here,
        "sign": "positive" if here > 0 else "negative" if here < 0 else "zero",
        "after": max(here, 0.0),
        "silent": 100 * float((kept == 0).mean()),
        "strongest_row": float(row),
        "strongest_column": float(column),
        "moved": float(int(moved.argmax()) % moved.shape[1] - column),
        "shift": float(part.shift),
        "nearest": float(nearest),
        "alike": alike,
    }
