"""A term of the glossary -> a small picture that illustrates it, from the embedded digits and the reference network."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.reading import convolved
from mnistlab.checkout import ASSETS
from mnistlab.data.embedded import sample_digits
from mnistlab.data.standardise import standardise
from mnistlab.patterns.enlarge import enlarge
from mnistlab.patterns.fluctuations import fluctuations
from mnistlab.recipes.start import FluctuationStart
from mnistlab.store.models import reference_network

SIDE = 28
# A map of the first convolution that reacts to horizontal strokes, so that its output for a 4 differs from the 4.
MAP = 15
# A map of the last convolution, in the atlas of the reference network.
PATTERN = 57
Grey = NDArray[np.uint8]


def picture_of(term: str) -> Grey | None:
    """Return a grey picture (rows, columns) uint8, or None for a term without one."""
    draw = PICTURES.get(term)
    return None if draw is None else draw()


def _grey(values: NDArray[np.floating]) -> Grey:
    low, high = float(values.min()), float(values.max())
    grey: Grey = np.rint(255 * (values - low) / (high - low or 1)).astype(np.uint8)
    return grey


@cache
def _four() -> Grey:
    digit: Grey = sample_digits([4], 3)[0]
    return digit


@cache
def _map() -> NDArray[np.float32]:
    weights = reference_network().weights
    values = convolved(standardise(_four()[None])[..., None], weights["Conv2D_1/kernel"])[0, ..., MAP]
    map_values: NDArray[np.float32] = np.maximum(values + weights["Conv2D_1/bias"][MAP], 0)
    return map_values


def _kernel() -> Grey:
    return _grey(reference_network().weights["Conv2D_1/kernel"][..., 0, MAP])


def _pooled() -> Grey:
    return _grey(_map().reshape(13, 2, 13, 2).max(axis=(1, 3)))


def _framed() -> Grey:
    picture = _four() // 2
    picture[8:26, 8:26] = _four()[8:26, 8:26]
    for edge in (8, 25):
        picture[edge, 8:26] = picture[8:26, edge] = 255
    return picture


def _node() -> Grey:
    picture = _grey(_map())
    row, column = (int(place) for place in np.unravel_index(int(picture.argmax()), picture.shape))
    for edge in (-2, 2):
        picture[row + edge, column - 2 : column + 3] = picture[row - 2 : row + 3, column + edge] = 255
    return picture


def _batch() -> Grey:
    digits = sample_digits(list(range(9)), 3)
    rows: Grey = np.concatenate([np.concatenate(digits[start : start + 3], axis=1) for start in (0, 3, 6)])
    return rows


def _dense_weights() -> Grey:
    """The weights of as many values and nodes as the picture has rows and columns."""
    return _grey(reference_network().weights["Dense_1/kernel"][:SIDE, :SIDE])


def _curve(*heights: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Grey:
    """Draw functions from 0…1 to 0…1 as lines, the later ones paler."""
    picture = np.zeros((SIDE, SIDE), np.uint8)
    positions = np.linspace(0, 1, 20 * SIDE)
    for number, height in enumerate(heights):
        rows = np.rint((SIDE - 3) * (1 - height(positions)) + 1).astype(int)
        picture[rows, np.minimum((positions * SIDE).astype(int), SIDE - 1)] = 255 if number == 0 else 130
    return picture


def _start() -> Grey:
    return _grey(fluctuations(FluctuationStart()))


def _large_scale() -> Grey:
    return _grey(enlarge(np.array([[[0, 1, 0], [0, 1, 0], [-1, 0, -1]]], np.float32))[0])


def _oip() -> Grey:
    with np.load(ASSETS / "reference" / "atlas" / "Conv2D_3.npz") as atlas:
        return _grey(atlas["images"][PATTERN])


PICTURES: dict[str, Callable[[], Grey]] = {
    "pixel": lambda: _four()[8:16, 10:18],
    "weights": _kernel,
    "node": _node,
    "batch": _batch,
    "dense layer": _dense_weights,
    "schedule": lambda: _curve(lambda x: 1 / (1 + 4 * x)),
    "score": lambda: _curve(lambda x: np.sqrt(x)),
    "precursor run": _large_scale,
    "kernel": _kernel,
    "map": lambda: _grey(_map()),
    "convolution": lambda: _grey(_map()),
    "relu": lambda: _curve(lambda x: np.maximum(x - 0.5, 0) * 2),
    "pool": _pooled,
    "receptive field": _framed,
    "loss": lambda: _curve(lambda x: np.exp(-4 * x)),
    "accuracy": lambda: _curve(lambda x: 1 - np.exp(-5 * x)),
    "validation": lambda: _curve(lambda x: np.exp(-5 * x) * 0.9, lambda x: np.exp(-5 * x) * 0.6 + 0.3),
    "fluctuations": _start,
    "large-scale patterns": _large_scale,
    "OIP": _oip,
    "gradient ascent": lambda: _curve(lambda x: np.sqrt(x)),
    "standardised": lambda: _grey(standardise(_four()[None])[0]),
}
