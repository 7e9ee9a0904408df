"""All test digits by two components of their activations -> a point cloud, coloured by class, with the misread digits marked."""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Ten colours that are distinguishable on light and dark; after Plotly's and Okabe's.
# Small numbers are written out in a sentence.
COUNTED = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}
COLOURS = (
    "#2e8bc0", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#8c6bb1", "#56B4E9", "#a6761d", "#7f7f7f", "#b3de69",
)  # fmt: skip


def colours_of(classes: int) -> list[str]:
    """Return a colour for each class; they come again after ten, since no more can be told apart."""
    return [COLOURS[label % len(COLOURS)] for label in range(classes)]


@dataclass(frozen=True)
class Cloud:
    """Points for a browser, each text base64: positions as pairs of 16-bit numbers from 0 to 65535, labels and readings as bytes."""

    count: int
    positions: str
    labels: str
    read: str


def cloud(plane: NDArray[np.float32], labels: NDArray[Any], outputs: NDArray[np.float32]) -> Cloud:
    """Return the digits as points, with each axis stretched over its whole range.

    Arguments:
        plane: (digits, 2).
        labels: (digits,).
        outputs: (digits, classes).
    """
    low, high = plane.min(axis=0), plane.max(axis=0)
    positions = np.rint(65_535 * (plane - low) / np.maximum(high - low, 1e-12)).astype("<u2")
    return Cloud(
        len(plane),
        _text(positions),
        _text(labels.astype(np.uint8)),
        _text(outputs.argmax(axis=1).astype(np.uint8)),
    )


def _text(values: NDArray[Any]) -> str:
    return base64.b64encode(values.tobytes()).decode()


def sentence(plane: NDArray[np.float32], labels: NDArray[Any], explained: NDArray[np.float32] | None = None) -> str:
    """Return a description of the cloud: the two classes whose centres are closest, and the share of the variance shown."""
    classes = int(labels.max()) + 1
    middles = np.stack(
        [plane[labels == label].mean(axis=0) if (labels == label).any() else [np.inf] * 2 for label in range(classes)]
    )
    distances = np.hypot(*(middles[:, None] - middles[None]).transpose(2, 0, 1))
    distances[~np.isfinite(distances) | (np.eye(classes) == 1)] = np.inf
    first, second = sorted(int(index) for index in np.unravel_index(int(distances.argmin()), distances.shape))
    text = f"{len(plane):,} test digits in {COUNTED.get(classes, classes)} clouds; {first} and {second} lie closest together"
    if explained is not None:
        text += f"; the two axes hold {100 * float(explained.sum()):.0f} % of the variance"
    return text + "."


def picture(plane: NDArray[np.float32], labels: NDArray[Any], side: int = 800) -> NDArray[np.uint8]:
    """Return the cloud as a picture (side, side, 3), a dot of 3×3 pixels per digit, on white."""
    low, high = plane.min(axis=0), plane.max(axis=0)
    positions = ((plane - low) / np.maximum(high - low, 1e-12) * (side - 3)).astype(int)
    colours = np.array(
        [tuple(bytes.fromhex(colour[1:])) for colour in colours_of(int(labels.max(initial=0)) + 1)], np.uint8
    )
    pixels = np.full((side, side, 3), 255, np.uint8)
    for row in range(3):
        for column in range(3):
            pixels[side - 3 - positions[:, 1] + row, positions[:, 0] + column] = colours[labels]
    return pixels
