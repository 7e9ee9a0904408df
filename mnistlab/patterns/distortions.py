"""Digits -> digits moved, turned, noisy, blurred, thicker, thinner or partly covered, by a strength.

What chance decides about a digit (where to, which way, which place) is the same at every strength, so that a curve follows the same digits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from mnistlab.patterns.smooth import blur_matrix
from mnistlab.recipes.network import IMAGE_SIZE
from mnistlab.recipes.robustness import Distortion

WHITE = 255
# Digits changed at a time: what is copied meanwhile stays small.
CHUNK = 1_000
Images = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Chances:
    """What chance decides about each digit.

    Attributes:
        direction: (count,) 0 to 3: right, down, left, up.
        turn: (count,) −1 or 1.
        place: (count, 2) from 0 to 1, row and column of what is covered.
        noise: (count, 28, 28) float32, normally distributed; None for a change that needs none, since making it takes longer than most changes.
    """

    direction: NDArray[np.int64]
    turn: NDArray[np.float32]
    place: NDArray[np.float64]
    noise: Images | None


@dataclass(frozen=True, eq=False)
class Change:
    """A way to change digits. `unit`: of its strength; `most`: its full strength; `apply`: images (count, 28, 28) from 0 to 1, strength, chances -> images."""

    title: str
    unit: str
    most: float
    apply: Callable[[Images, float, Chances], Images]


def changed(
    images: NDArray[np.uint8], kind: Distortion, strength: float, seed: int, first: int = 0
) -> NDArray[np.uint8]:
    """Return digits (count, 28, 28) uint8 changed.

    Arguments:
        images: at most CHUNK digits.
        kind: one of CHANGES.
        strength: in the unit of the change.
        seed: of what chance decides.
        first: number of the first of them in its set.
    """
    return _applied(images, kind, strength, _chances(len(images), seed, first, kind))


def one_changed(
    count: int, image: NDArray[np.uint8], place: int, kind: Distortion, strength: float, seed: int
) -> NDArray[np.uint8]:
    """Return what `changed` makes of the digit (28, 28) uint8 at `place` of the first `count` of a set."""
    all_chances, own = _chances(count, seed, 0, kind), slice(place, place + 1)
    noise = None if all_chances.noise is None else all_chances.noise[own]
    chances = Chances(all_chances.direction[own], all_chances.turn[own], all_chances.place[own], noise)
    found: NDArray[np.uint8] = _applied(image[None], kind, strength, chances)[0]
    return found


def _chances(count: int, seed: int, first: int, kind: Distortion) -> Chances:
    random = np.random.default_rng([seed, first])
    return Chances(
        random.integers(0, 4, count),
        random.choice(np.array([-1, 1], np.float32), count),
        random.random((count, 2)),
        # The last, so that the others are the same with and without it.
        random.standard_normal((count, IMAGE_SIZE, IMAGE_SIZE), np.float32) if kind == "noise" else None,
    )


def _applied(images: NDArray[np.uint8], kind: Distortion, strength: float, chances: Chances) -> NDArray[np.uint8]:
    values = CHANGES[kind].apply(images.astype(np.float32) / np.float32(WHITE), strength, chances)
    found: NDArray[np.uint8] = np.rint(WHITE * values.clip(0, 1)).astype(np.uint8)
    return found


def _mixed(images: Images, strength: float, apply: Callable[[Images, int], Images]) -> Images:
    """Return what lies between two whole steps of a change."""
    whole = int(strength)
    share = np.float32(strength - whole)
    lower = apply(images, whole)
    return lower if share == 0 else (1 - share) * lower + share * apply(images, whole + 1)


def _shift(images: Images, strength: float, chances: Chances) -> Images:
    def move(images: Images, by: int) -> Images:
        room = np.pad(images, ((0, 0), (by, by), (by, by)))
        moved = np.empty_like(images)
        for direction, (down, right) in enumerate(((0, by), (by, 0), (0, -by), (-by, 0))):
            which = chances.direction == direction
            top, left = by - down, by - right
            moved[which] = room[which, top : top + IMAGE_SIZE, left : left + IMAGE_SIZE]
        return moved

    return _mixed(images, strength, move)


def _rotate(images: Images, degrees: float, chances: Chances) -> Images:
    turned = np.empty_like(images)
    for turn in (-1, 1):
        which = chances.turn == turn
        turned[which] = _turned(images[which], np.deg2rad(turn * degrees))
    return turned


def _turned(images: Images, angle: float) -> Images:
    """Return images turned about their centre, bilinear; what comes from outside is ground."""
    centre = (IMAGE_SIZE - 1) / 2
    rows, columns = np.mgrid[:IMAGE_SIZE, :IMAGE_SIZE] - centre
    # Where each pixel comes from, with one line of ground around the image.
    from_row = np.cos(angle) * rows + np.sin(angle) * columns + centre + 1
    from_column = np.cos(angle) * columns - np.sin(angle) * rows + centre + 1
    room = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    top, left = (np.floor(values).clip(0, IMAGE_SIZE).astype(np.int64) for values in (from_row, from_column))
    down, right = (
        (values - start).clip(0, 1).astype(np.float32) for values, start in ((from_row, top), (from_column, left))
    )
    # Pixels by one number each: of rows that lie together, many are picked at once.
    width, total = room.shape[-1], np.zeros((len(images), IMAGE_SIZE**2), np.float32)
    flat = room.reshape(len(images), width**2)
    for lower, further in product((0, 1), repeat=2):
        weight = (down if lower else 1 - down) * (right if further else 1 - right)
        total += weight.ravel() * flat.take(((top + lower) * width + left + further).ravel(), axis=1)
    return total.reshape(images.shape)


def _noise(images: Images, strength: float, chances: Chances) -> Images:
    assert chances.noise is not None
    return images + np.float32(strength) * chances.noise


def _blur(images: Images, deviation: float, _: Chances) -> Images:
    matrix = blur_matrix(deviation)
    return (matrix @ images @ matrix.T).astype(np.float32)


def _widened(images: Images, strength: float, of_two: np.ufunc) -> Images:
    """Return images of which each pixel has become the largest (or smallest) of its 3×3 neighbours, `strength` times."""

    def wider(images: Images) -> Images:
        room = np.pad(images, ((0, 0), (1, 1), (1, 1)))
        rows = of_two(of_two(room[:, :-2], room[:, 1:-1]), room[:, 2:])
        found: Images = of_two(of_two(rows[..., :-2], rows[..., 1:-1]), rows[..., 2:])
        return found

    whole = int(strength)
    share = np.float32(strength - whole)
    for _ in range(whole):
        images = wider(images)
    return images if share == 0 else (1 - share) * images + share * wider(images)


def _cover(images: Images, side: float, chances: Chances) -> Images:
    size = round(side)
    starts = np.floor(chances.place * (IMAGE_SIZE - size + 1)).astype(np.int64)
    positions = np.arange(IMAGE_SIZE)
    within = (positions >= starts[..., None]) & (positions < starts[..., None] + size)
    covered: Images = np.where(within[:, 0, :, None] & within[:, 1, None, :], np.float32(0), images)
    return covered


CHANGES: Mapping[Distortion, Change] = {
    "shift": Change("Shift", "pixels", 10, _shift),
    "rotation": Change("Rotation", "degrees", 90, _rotate),
    "noise": Change("Noise", "of the range of grey", 1, _noise),
    "blur": Change("Blur", "pixels", 4, _blur),
    "thicker": Change("Thicker", "pixels", 3, lambda images, by, _: _widened(images, by, np.maximum)),
    "thinner": Change("Thinner", "pixels", 2, lambda images, by, _: _widened(images, by, np.minimum)),
    "occlusion": Change("Covered square", "pixels", 20, _cover),
}
# One step against the gradient needs the network (`mnistlab/cnn/robustness.py`), so it is no entry above.
ADVERSARIAL_TITLE, ADVERSARIAL_MOST = "Adversarial step", 0.2


def strengths_of(kind: Distortion, count: int) -> NDArray[np.float32]:
    """Return strengths (count,) in even steps up to the full one."""
    most = ADVERSARIAL_MOST if kind == "adversarial" else CHANGES[kind].most
    return (most * np.arange(1, count + 1) / count).astype(np.float32)
