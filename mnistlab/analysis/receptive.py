"""A network's recipe -> which pixels of the input a node can see, and which nodes of the layer before it makes its value from."""

from dataclasses import dataclass
from typing import Literal

from mnistlab.recipes.network import IMAGE_SIZE, LayerRow, NetworkRecipe, layer_rows


@dataclass(frozen=True)
class Window:
    """A rectangle of pixels or nodes; `bottom` and `right` are the first row and column outside."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index an array with."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


@dataclass(frozen=True)
class Stage:
    """A shown layer and what stands before it. `reach`: side of its kernel or pool, 0 for a dense layer; `padded`: rows of zeros above what comes in."""

    row: LayerRow
    kind: Literal["convolution", "pool", "dense"]
    reach: int
    activation: str
    before: str | None
    padded: int = 0


def stages(network: NetworkRecipe) -> list[Stage]:
    """Return every layer that is shown, first to last."""
    found: list[Stage] = []
    for row in layer_rows(network):
        number = int(row.name.rpartition("_")[2]) - 1 if row.kind != "flatten" else 0
        before = found[-1].row.name if found else None
        if row.kind == "convolution":
            stage = network.conv[number]
            found.append(Stage(row, "convolution", stage.kernel, stage.activation, before, stage.padded))
        elif row.kind == "pool":
            found.append(Stage(row, "pool", network.pool[number], "", before))
        elif row.kind == "dense":
            is_last = number == len(network.dense)
            activation = network.output_activation if is_last else network.dense[number].activation
            found.append(Stage(row, "dense", 0, activation, before))
    return found


def stage_of(network: NetworkRecipe, layer: str) -> Stage:
    """Return one shown layer by its name."""
    return next(stage for stage in stages(network) if stage.row.name == layer)


def window_before(stage: Stage, window: Window) -> Window:
    """Return which nodes of the layer before a convolution or pool make the nodes in `window`; with padding, it may reach over the rim."""
    if stage.kind == "pool":
        return Window(*(side * stage.reach for side in (window.top, window.left, window.bottom, window.right)))
    first, grown = stage.padded, stage.reach - 1 - stage.padded
    return Window(window.top - first, window.left - first, window.bottom + grown, window.right + grown)


def receptive_field(network: NetworkRecipe, layer: str, row: int = 0, column: int = 0) -> Window:
    """Return the pixels of the input that the node at `row`, `column` of each map of `layer` can see; for a dense node, all that reach it."""
    chain = stages(network)
    place = next(number for number, stage in enumerate(chain) if stage.row.name == layer)
    window = Window(row, column, row + 1, column + 1)
    if chain[place].kind == "dense":
        place = max(number for number, stage in enumerate(chain) if stage.kind != "dense")
        rows, columns, _ = chain[place].row.shape
        window = Window(0, 0, rows, columns)
    sizes = [IMAGE_SIZE, *(stage.row.shape[0] for stage in chain)]
    for stage, size in zip(reversed(chain[: place + 1]), reversed(sizes[: place + 1]), strict=True):
        window = _within(window_before(stage, window), size)
    return window


def _within(window: Window, size: int) -> Window:
    """Return the part of a window that lies on maps of this size."""
    return Window(max(window.top, 0), max(window.left, 0), min(window.bottom, size), min(window.right, size))
