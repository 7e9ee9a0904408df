"""The weights of the chosen map or node."""

from mnistlab.analysis.receptive import shown_layer
from mnistlab.figures import mosaics
from mnistlab.pictures.mosaics import as_maps
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.pages.activations.chosen import Chosen
from mnistlab.ui.parts.cells import draw_cells
from mnistlab.ui.parts.text import note
from mnistlab.wording import counted, in_digits


def draw_weights(prefix: str, chosen: Chosen, network: StoredNetwork) -> None:
    """Draw the kernel of a map for each map before it; for a dense node its weights for the nodes of each map before it."""
    layer = chosen.layer
    if layer.kind == "pool":
        kept = "mean" if layer.pooling == "average" else "largest"
        note(f"A pool has no weights: it keeps the {kept} of {layer.reach}×{layer.reach} values.")
        return
    kernel = network.weights[f"{layer.row.name}/kernel"][..., chosen.index]
    if layer.kind == "dense":
        shape = shown_layer(network.recipe, layer.before).row.shape if layer.before else kernel.shape
        kernel = kernel.reshape(shape)
    maps = as_maps(kernel)
    rows, columns, count = maps.shape
    if layer.kind != "dense":
        what = f"{counted(count, 'kernel')} of {rows}×{columns}, one for each map before"
    elif rows * columns > 1:
        what = f"{counted(kernel.size, 'weight')}: for each of {counted(count, 'map')} before, one for each of its {rows}×{columns} nodes"
    else:
        what = f"{counted(count, 'weight')}, one for each node before"
    text = f"{what}; weights from {in_digits(kernel.min(), 3)} (violet) through green to {in_digits(kernel.max(), 3)} (yellow), bias {in_digits(network.weights[f'{layer.row.name}/bias'][chosen.index], 3)}."
    draw_cells(mosaics.map_sheet(maps, "layer", "viridis", (0, 1)), f"{prefix}|kernel", text)
    note(text)
