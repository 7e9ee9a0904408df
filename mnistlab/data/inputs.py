"""A choice of a digit -> its pixels, its label where it has one, and its name on screen."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from mnistlab.brought_sets import known_set
from mnistlab.data import embedded
from mnistlab.data.digits import Digits
from mnistlab.data.drawing import from_text
from mnistlab.data.sources import digits
from mnistlab.errors import DataError
from mnistlab.recipes.data_sets import DataName, is_brought
from mnistlab.recipes.digit import BlendChoice, DigitChoice, EditChoice
from mnistlab.wording import with_article

# Fine steps in which strokes are thickened: a filter of 3 pixels widens by one pixel on each side.
DILATION = 3


@dataclass(frozen=True, eq=False)
class Input:
    """A digit to look at.

    Attributes:
        image: (28, 28) uint8.
        label: what it is, None where nobody knows.
        name: its name on screen, such as "test digit 4, a 4".
    """

    image: NDArray[np.uint8]
    label: int | None
    name: str


def find_input(chosen: DigitChoice, data: DataName) -> Input:
    """Return the digit `chosen`.

    Arguments:
        chosen: which.
        data: the set of digits in use.

    Raises:
        DataError: it cannot be read, or there is nothing drawn.
    """
    if chosen.source == "drawing":
        if not chosen.pixels:
            raise DataError("There is no digit yet: its drawing is empty.")
        found = Input(from_text(chosen.pixels), None, "your digit")
    elif chosen.source == "blend":
        found = _blended(chosen.blend, data)
    elif chosen.source == "nothing":
        raise DataError("No digit is chosen here.")
    else:
        all_digits = digits(data, chosen.source)
        word = "test" if chosen.source == "test" else "training"
        if chosen.index >= len(all_digits):
            raise DataError(f"There are {len(all_digits):,} {word} digits, counted from 0. Received: {chosen.index}.")
        label = int(all_digits.labels[chosen.index])
        name = known_set(data).classes[label]
        found = Input(all_digits.images[chosen.index], label, f"{word} digit {chosen.index}, {with_article(name)}")
    if chosen.edit == EditChoice():
        return found
    return Input(edited(found.image, chosen.edit), found.label, f"{found.name}, changed")


def edited(image: NDArray[np.uint8], edit: EditChoice) -> NDArray[np.uint8]:
    """Return the digit (28, 28) uint8 thickened, rotated, shifted and with noise, in this order."""
    result: NDArray[Any] = _thickened(image.astype(np.float32), edit.thicken)
    if edit.rotate:
        turned = Image.fromarray(result).rotate(edit.rotate, Image.Resampling.BICUBIC, center=(14, 14))
        result = np.asarray(turned)
    if edit.right or edit.down:
        result = _shifted(result, edit.down, edit.right)
    if edit.noise:
        # One pattern for each strength, so that a link shows what its maker saw.
        result = result + 255 * edit.noise * np.random.default_rng(0).standard_normal(result.shape)
    changed: NDArray[np.uint8] = np.rint(result).clip(0, 255).astype(np.uint8)
    return changed


def _thickened(image: NDArray[np.float32], by: float) -> NDArray[np.float32]:
    while abs(by) > 0:
        step = min(1.0, abs(by))
        widest = ImageFilter.MaxFilter(DILATION) if by > 0 else ImageFilter.MinFilter(DILATION)
        changed = np.asarray(Image.fromarray(np.rint(image).astype(np.uint8)).filter(widest), np.float32)
        image = (1 - step) * image + step * changed
        by = np.sign(by) * (abs(by) - step)
    return image


def _shifted(image: NDArray[np.float32], down: int, right: int) -> NDArray[np.float32]:
    side = len(image)
    room = np.pad(image, max(abs(down), abs(right)))
    top, left = max(abs(down), abs(right)) - down, max(abs(down), abs(right)) - right
    return room[top : top + side, left : left + side]


def _blended(blend: BlendChoice, data: DataName) -> Input:
    percent = f"{100 * blend.amount:.0f} %"
    names = known_set(data).classes
    if max(blend.start, blend.end) >= len(names):
        raise DataError(
            f"There are {len(names)} classes, counted from 0; there is no class {max(blend.start, blend.end)}."
        )
    # The generator draws digits only.
    if blend.way == "generator" and not is_brought(data):
        latents = embedded.sample_latents([blend.start, blend.end], blend.throw)
        image = embedded.blend(latents[:1], [blend.start], latents[1:], [blend.end], blend.amount)[0]
    else:
        test = digits(data, "test")
        first, second = (_of_class(test, label, blend.throw, names[label]) for label in (blend.start, blend.end))
        image = np.rint((1 - blend.amount) * first + blend.amount * second).astype(np.uint8)
    label = {0.0: blend.start, 1.0: blend.end}.get(blend.amount)
    ends = with_article(names[blend.start]), with_article(names[blend.end])
    return Input(image, label, f"{percent} of the way from {ends[0]} to {ends[1]}")


def _of_class(test: Digits, label: int, throw: int, name: str) -> NDArray[np.float32]:
    found = np.flatnonzero(test.labels == label)
    if not len(found):
        raise DataError(f"There is no test digit of the class “{name}”.")
    image: NDArray[np.float32] = test.images[found[throw % min(800, len(found))]].astype(np.float32)
    return image
