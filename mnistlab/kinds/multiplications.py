"""A network -> the multiplications per image, which are roughly proportional to the time.

Only the ratio between two recipes of one kind matters, since seconds come from measured runs (`store/durations.py`).
"""

from mnistlab.recipes import NetworkRecipe, layer_rows
from mnistlab.recipes.precursor import CANDIDATES, PrecursorChoices

# A gradient costs the forward pass once more for the maps and once for the weights.
GRADIENT = 3


def forward(network: NetworkRecipe, layer: str | None = None) -> float:
    """Return the multiplications for one image, up to `layer` (None: to the end)."""
    total = 0.0
    for row in layer_rows(network):
        total += float(row.multiplications)
        if row.name == layer:
            break
    return total


def maps_chosen(choices: PrecursorChoices, network: NetworkRecipe) -> int:
    """Return the number of maps that are tried."""
    if choices.maps is not None:
        return len(choices.maps)
    return next((row.shape[-1] for row in layer_rows(network) if row.name == choices.layer), 1)


def screening(choices: PrecursorChoices, network: NetworkRecipe) -> float:
    """Return the multiplications of a precursor run."""
    once, maps = forward(network, choices.layer), maps_chosen(choices, network)
    if choices.method == "exhaustive":
        return maps * choices.patterns * (1 + choices.trial_steps) * GRADIENT * once
    candidates = min(max(CANDIDATES, choices.keep), choices.patterns)
    return choices.patterns * once + maps * candidates * choices.trial_steps * GRADIENT * once
