"""A network recipe -> the receptive field of a node in the input, and the nodes of the layer before that it reads."""

from dataclasses import dataclass
from typing import Literal

from mnistlab.recipes.network import LayerRow, NetworkRecipe, layer_rows


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
class Stage:
    """A layer that pages show, with the name of the shown layer before it. `reach`: side of its kernel or pool, 0 for a dense layer."""

    row: LayerRow
    kind: Literal["convolution", "pool", "dense"]
    reach: int
    activation: str
    before: str | None


def stages(network: NetworkRecipe) -> list[Stage]:
    """Return every layer that is shown, first to last."""
    layers: list[Stage] = []
    for row in layer_rows(network):
        number = int(row.name.rpartition("_")[2]) - 1 if row.kind != "flatten" else 0
        before = layers[-1].row.name if layers else None
        if row.kind == "convolution":
            stage = network.conv[number]
            layers.append(Stage(row, "convolution", stage.kernel, stage.activation, before))
        elif row.kind == "pool":
            layers.append(Stage(row, "pool", network.pool[number], "", before))
        elif row.kind == "dense":
            is_last = number == len(network.dense)
            activation = network.output_activation if is_last else network.dense[number].activation
            layers.append(Stage(row, "dense", 0, activation, before))
    return layers


def stage_of(network: NetworkRecipe, layer: str) -> Stage:
    """Return the shown layer `layer`."""
    return next(stage for stage in stages(network) if stage.row.name == layer)


def window_before(stage: Stage, window: Window) -> Window:
    """Return the nodes of the layer before a convolution or pool that the nodes in `window` read."""
    if stage.kind == "pool":
        return Window(*(side * stage.reach for side in (window.top, window.left, window.bottom, window.right)))
    grown = stage.reach - 1
    return Window(window.top, window.left, window.bottom + grown, window.right + grown)


def receptive_field(network: NetworkRecipe, layer: str, row: int = 0, column: int = 0) -> Window:
    """Return the pixels of the input that the node at `row`, `column` of each map of `layer` can see; for a dense node, all pixels that reach it."""
    chain = stages(network)
    last = next(number for number, stage in enumerate(chain) if stage.row.name == layer)
    window = Window(row, column, row + 1, column + 1)
    if chain[last].kind == "dense":
        last = max(number for number, stage in enumerate(chain) if stage.kind != "dense")
        rows, columns, _ = chain[last].row.shape
        window = Window(0, 0, rows, columns)
    for stage in reversed(chain[: last + 1]):
        window = window_before(stage, window)
    return window
