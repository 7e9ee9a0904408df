"""A network recipe -> the receptive field of a node in the input, and the nodes of the layer before that it reads."""

from dataclasses import dataclass
from typing import Literal

from mnistlab.recipes.network import IMAGE_SIZE, LayerRow, NetworkRecipe, Pooling, layer_rows


@dataclass(frozen=True)
class Window:
    """A rectangle of pixels or nodes; `bottom` and `right` are the first row and column outside."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, for indexing an array."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


@dataclass(frozen=True)
class ShownLayer:
    """A layer that pages show, with the name of the shown layer before it.

    `reach`: side of its kernel or pool, 0 for a dense layer; `padded`: rows of zeros above its input; `pooling`: what a pool keeps.
    """

    row: LayerRow
    kind: Literal["convolution", "pool", "dense"]
    reach: int
    activation: str
    before: str | None
    padded: int = 0
    pooling: Pooling = "max"


def shown_layers(network: NetworkRecipe) -> list[ShownLayer]:
    """Return every layer that is shown, first to last."""
    layers: list[ShownLayer] = []
    for row in layer_rows(network):
        number = int(row.name.rpartition("_")[2]) - 1 if row.kind != "flatten" else 0
        before = layers[-1].row.name if layers else None
        if row.kind == "convolution":
            stage = network.conv[number]
            layers.append(ShownLayer(row, "convolution", stage.kernel, stage.activation, before, stage.padded))
        elif row.kind == "pool":
            layers.append(ShownLayer(row, "pool", network.pool[number], "", before, pooling=network.pooling))
        elif row.kind == "dense":
            is_last = number == len(network.dense)
            activation = network.output_activation if is_last else network.dense[number].activation
            layers.append(ShownLayer(row, "dense", 0, activation, before))
    return layers


def shown_layer(network: NetworkRecipe, layer: str) -> ShownLayer:
    """Return the shown layer `layer`."""
    return next(shown for shown in shown_layers(network) if shown.row.name == layer)


def window_before(shown: ShownLayer, window: Window) -> Window:
    """Return the nodes of the layer before a convolution or pool that the nodes in `window` read; with padding, it may reach over the rim."""
    if shown.kind == "pool":
        return Window(*(side * shown.reach for side in (window.top, window.left, window.bottom, window.right)))
    first, grown = shown.padded, shown.reach - 1 - shown.padded
    return Window(window.top - first, window.left - first, window.bottom + grown, window.right + grown)


def receptive_field(network: NetworkRecipe, layer: str, row: int = 0, column: int = 0) -> Window:
    """Return the pixels of the input that the node at `row`, `column` of each map of `layer` can see; for a dense node, all pixels that reach it."""
    chain = shown_layers(network)
    last = next(number for number, shown in enumerate(chain) if shown.row.name == layer)
    window = Window(row, column, row + 1, column + 1)
    if chain[last].kind == "dense":
        last = max(number for number, shown in enumerate(chain) if shown.kind != "dense")
        rows, columns, _ = chain[last].row.shape
        window = Window(0, 0, rows, columns)
    sizes = [IMAGE_SIZE, *(shown.row.shape[0] for shown in chain)]
    for shown, size in zip(reversed(chain[: last + 1]), reversed(sizes[: last + 1]), strict=True):
        window = _within(window_before(shown, window), size)
    return window


def _within(window: Window, size: int) -> Window:
    """Return the part of a window that lies on maps of this size."""
    return Window(max(window.top, 0), max(window.left, 0), min(window.bottom, size), min(window.right, size))
