"""The outputs of the network in use for a few digits: computed here if plain NumPy supports its layers, else by a worker."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.reading import is_known, read
from mnistlab.data.scaling import scaled
from mnistlab.engine.tasks.digits import read_digits
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.asking import answer
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.shared import kept_here
from mnistlab.ui.shell.frame import model_in_use, network_in_use


def readings(key: str, images: NDArray[np.uint8]) -> NDArray[np.float32] | Unanswered:
    """Return the network's outputs (count, classes) for images (count, 28, 28).

    Arguments:
        key: a name of the images.
        images: a hundred or so at most; a page waits for them.
    """
    network = network_in_use()
    if not is_known(network.recipe):
        return answer(_key(network, key), read_digits, model_in_use(), images)
    return readings_here(network, key, images)


def readings_here(network: StoredNetwork, key: str, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the same of a network that plain NumPy knows, computed in this process."""
    recipe = network.recipe
    return kept_here(_key(network, key), lambda: read(recipe, network.weights, scaled(images, recipe.scaling)))


def _key(network: StoredNetwork, key: str) -> str:
    return f"readings/{network.digest}/{key}"
