"""A layer and some digits -> the script that shows all its maps."""

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from mnistlab.exports.bundle import DIGITS, WEIGHTS, Files, choices, files_of, npy, npz
from mnistlab.exports.network_code import input_code, network_code
from mnistlab.store.networks import StoredNetwork

POOL = re.compile("(Max|Average)_Pool")
ABOUT = "It does without mnistlab what the page Activations does with the network of the digest {digest}."


def activation_files(
    network: StoredNetwork, layer: str, images: NDArray[np.uint8], factors: Iterable[tuple[str, int, float]] = ()
) -> Files:
    """Return script, notebook and what they need.

    Arguments:
        network: it.
        layer: name of the layer that is shown.
        images: (count, 28, 28) uint8, the digits.
        factors: maps or nodes that are muted or boosted.
    """
    widths = {name.partition("/")[0]: array.shape[-1] for name, array in network.weights.items()}
    # A pool has as many maps as the convolution before it; a number beyond that means nothing on the page either.
    known = [list(factor) for factor in factors if factor[1] < widths.get(POOL.sub("Conv2D", factor[0]), 0)]
    plain = network.recipe.model_copy(update={"regularizer": None})
    blocks = {
        "about": ABOUT.format(digest=network.digest[:16]),
        "choices": choices(layer=f'"{layer}"', factors=known),
        "network": network_code(plain),
        "input": input_code(network.recipe),
    }
    return files_of("activations", blocks, [], {WEIGHTS: npz(network.weights), DIGITS: npy(images)})
