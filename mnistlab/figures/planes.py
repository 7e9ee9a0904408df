"""All test digits by two components of their activations -> a cloud of points, coloured by class, the misread ones marked."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Ten colours told apart on light and dark; after Plotly's and Okabe's.
COLOURS = (
    "#2e8bc0", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#8c6bb1", "#56B4E9", "#a6761d", "#7f7f7f", "#b3de69",
)  # fmt: skip


def figure(
    plane: NDArray[np.float32], labels: NDArray[Any], outputs: NDArray[np.float32], names: tuple[str, str]
) -> dict[str, Any]:
    """Return the cloud; a point's `customdata` is the digit's number.

    Arguments:
        plane: (digits, 2).
        labels: (digits,).
        outputs: (digits, 10).
        names: of the two axes.
    """
    read = outputs.argmax(axis=1)
    traces = [
        _points(plane, labels, read, np.flatnonzero((labels == label) & (read == label)), f"{label}", COLOURS[label])
        for label in range(10)
    ]
    wrong = _points(plane, labels, read, np.flatnonzero(labels != read), "misread", "#D62728")
    wrong["marker"] |= {"symbol": "x", "size": 7}
    return {
        "data": [*traces, wrong],
        "layout": {
            "height": 560,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "hovermode": "closest",
            "dragmode": "pan",
            "xaxis": {"title": {"text": names[0]}, "automargin": True, "zeroline": False},
            "yaxis": {"title": {"text": names[1]}, "automargin": True, "zeroline": False},
            "legend": {"orientation": "h", "itemsizing": "constant"},
        },
    }


def _points(
    plane: NDArray[np.float32],
    labels: NDArray[Any],
    read: NDArray[Any],
    chosen: NDArray[np.int64],
    name: str,
    colour: str,
) -> dict[str, Any]:
    return {
        "type": "scattergl",
        "mode": "markers",
        "name": name,
        "x": plane[chosen, 0].astype(float).round(2).tolist(),
        "y": plane[chosen, 1].astype(float).round(2).tolist(),
        "customdata": chosen.tolist(),
        "text": [f"digit {number}, a {labels[number]} read as {read[number]}" for number in chosen],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"size": 4, "color": colour, "opacity": 0.7},
    }


def sentence(plane: NDArray[np.float32], labels: NDArray[Any], explained: NDArray[np.float32] | None = None) -> str:
    """Return how many digits lie where: the two classes whose middles are closest, and the share of the variance shown."""
    middles = np.stack(
        [plane[labels == label].mean(axis=0) if (labels == label).any() else [np.inf] * 2 for label in range(10)]
    )
    distances = np.hypot(*(middles[:, None] - middles[None]).transpose(2, 0, 1))
    distances[~np.isfinite(distances) | (np.eye(10) == 1)] = np.inf
    first, second = sorted(int(place) for place in np.unravel_index(int(distances.argmin()), distances.shape))
    text = f"{len(plane):,} test digits in ten clouds; the middles of {first} and {second} are closest"
    if explained is not None:
        text += f"; the two axes hold {100 * float(explained.sum()):.0f} % of the variance"
    return text + "."


def picture(plane: NDArray[np.float32], labels: NDArray[Any], side: int = 800) -> NDArray[np.uint8]:
    """Return the cloud as a picture (side, side, 3), a dot of 3×3 pixels a digit, on white."""
    low, high = plane.min(axis=0), plane.max(axis=0)
    places = ((plane - low) / np.maximum(high - low, 1e-12) * (side - 3)).astype(int)
    colours = np.array([tuple(bytes.fromhex(colour[1:])) for colour in COLOURS], np.uint8)
    pixels = np.full((side, side, 3), 255, np.uint8)
    for row in range(3):
        for column in range(3):
            pixels[side - 3 - places[:, 1] + row, places[:, 0] + column] = colours[labels]
    return pixels
