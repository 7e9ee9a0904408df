"""Results over whole sets of digits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from mnistlab.results.arrays import ArrayResult


@dataclass(frozen=True)
class LayerSurvey(ArrayResult):
    """Statistics of each map of a layer over all digits; a dense node is a map of one node.

    Attributes:
        ceiling: (maps,) float32, the largest value of each map on any digit.
        reacts: (maps,) float32, the share of digits it reacts to.
        counts: (maps, bins) int32, histogram of its largest value per digit.
        edges: (maps, bins + 1) float32, of the histogram.
        best: (maps, 9) int32, the digits with the largest scores, best first.
        best_score: (maps, 9) float32, those scores: means over the map's nodes.
        by_class: (maps, classes) float32, its mean score on the digits of each class.
        mean: (classes, rows, columns, maps) float32, the mean output over each class's correctly read digits.
    """

    ceiling: NDArray[np.float32]
    reacts: NDArray[np.float32]
    counts: NDArray[np.int32]
    edges: NDArray[np.float32]
    best: NDArray[np.int32]
    best_score: NDArray[np.float32]
    by_class: NDArray[np.float32]
    mean: NDArray[np.float32]


@dataclass(frozen=True)
class Outputs(ArrayResult):
    """The outputs for all digits of a set.

    Attributes:
        outputs: (digits, classes) float32, of the last layer.
        labels: (digits,) uint8, the true classes.
    """

    outputs: NDArray[np.float32]
    labels: NDArray[np.uint8]


@dataclass(frozen=True)
class Survey(Outputs):
    """Statistics of a network over a whole set.

    Attributes:
        plane: (digits, 2) float32, the first two principal components of the last layer before the outputs.
        explained: (2,) float32, their shares of the variance.
        layers: name of a layer -> statistics of its maps. In files, each array's name is that name, a slash, and its own.
    """

    plane: NDArray[np.float32]
    explained: NDArray[np.float32]
    layers: Mapping[str, LayerSurvey]

    @classmethod
    def of(cls, arrays: Mapping[str, Any], **others: Any) -> Self:
        """Return the survey that was written as `arrays`.

        Raises:
            StoreError: if something is missing.
        """
        by_layer: dict[str, dict[str, Any]] = {}
        for name, values in arrays.items():
            layer, _, figure = name.rpartition("/")
            if layer:
                by_layer.setdefault(layer, {})[figure] = values
        layers = {layer: LayerSurvey.of(figures) for layer, figures in by_layer.items()}
        return super().of(arrays, layers=layers, **others)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by their names, for writing."""
        parts = {
            f"{name}/{figure}": values
            for name, layer in self.layers.items()
            for figure, values in layer.arrays().items()
        }
        return super().arrays() | parts


@dataclass(frozen=True)
class PointCounts(ArrayResult):
    """How often each point of a layer is active in the correctly read digits of two classes, A and B.

    Attributes:
        counts: (2, points) int32, for A and for B.
        sizes: (2,) int64, number of these digits.
        shuffled: (shuffles, 2, points) int32, the same counts after shuffling the labels.
    """

    counts: NDArray[np.int32]
    sizes: NDArray[np.int64]
    shuffled: NDArray[np.int32]

    @property
    def shares(self) -> NDArray[np.float64]:
        """The share of the digits of A and of B in which each point is active, (2, points)."""
        shares: NDArray[np.float64] = self.counts / np.maximum(self.sizes, 1)[:, None]
        return shares

    @property
    def shares_by_chance(self) -> NDArray[np.float64]:
        """The same with shuffled labels, (shuffles, 2, points)."""
        shares: NDArray[np.float64] = self.shuffled / np.maximum(self.sizes, 1)[:, None]
        return shares


@dataclass(frozen=True)
class PointReading(ArrayResult):
    """How well two classes, A and B, can be told apart by the points unique to either; shares of correctly classified test digits.

    Attributes:
        count: () float64, by the number of active points of each.
        weigh: () float64, with a weight for each point, learnt from training digits.
        network: () float64, by the larger of the network's two outputs.
        points: (2,) int64, number of points unique to A, and to B.
    """

    count: NDArray[np.float64]
    weigh: NDArray[np.float64]
    network: NDArray[np.float64]
    points: NDArray[np.int64]


@dataclass(frozen=True)
class Uses(ArrayResult):
    """What each map of the last convolution adds to the answers: to the largest output less the next, before softmax.

    Attributes:
        best: (maps, 9) int32, the digits to whose answers it adds most, most first.
        best_share: (maps, 9) float32, what it adds to them.
        by_class: (maps, classes) float32, what it adds to the answers of each class's digits on average.
        counts: (k,) int64, numbers of muted maps.
        kept: (k,) float32, the share of the first 500 digits whose answer stays while, for each, so many maps are muted that add most to it.
        kept_by_chance: (k,) float32, the same with maps at random.
    """

    best: NDArray[np.int32]
    best_share: NDArray[np.float32]
    by_class: NDArray[np.float32]
    counts: NDArray[np.int64]
    kept: NDArray[np.float32]
    kept_by_chance: NDArray[np.float32]


@dataclass(frozen=True)
class Growth(ArrayResult):
    """The outputs for one digit over a training. `outputs`: (epochs, classes) float32."""

    outputs: NDArray[np.float32]
