"""The selected map or node of the page Activations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.receptive import ShownLayer, shown_layer
from mnistlab.pictures.mosaics import as_maps
from mnistlab.recipes.views import ActivationsView
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.shared import Layers


@dataclass(frozen=True, eq=False)
class Chosen:
    """The selected map or node: `values` (rows, columns), and the row and column of the explained node."""

    layer: ShownLayer
    index: int
    row: int
    column: int
    values: NDArray[np.float32]

    @property
    def word(self) -> str:
        """Its name."""
        return f"{'Node' if self.layer.kind == 'dense' else 'Map'} {self.index} of {self.layer.row.name}"


def choose(view: ActivationsView, network: StoredNetwork, layers: Layers) -> Chosen:
    """Return the map and node of the view: by default the strongest; the last map if the layer has fewer."""
    layer = shown_layer(network.recipe, view.layer)
    maps = as_maps(layers[view.layer])
    strongest = int(maps.max(axis=(0, 1)).argmax())
    index = min(view.map_index, maps.shape[2] - 1) if view.map_index >= 0 else strongest
    values = maps[..., index]
    row, column = (int(position) for position in np.unravel_index(int(values.argmax()), values.shape))
    if 0 <= view.row < values.shape[0] and 0 <= view.column < values.shape[1]:
        row, column = view.row, view.column
    return Chosen(layer, index, row, column, values)
