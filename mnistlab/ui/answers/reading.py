"""What the network in use reads in a few digits: at once where plain NumPy knows its layers, else from a worker."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.reading import is_known, read
from mnistlab.data.standardise import standardise
from mnistlab.engine.tasks.digits import read_digits
from mnistlab.ui.answers.asking import Unanswered, answer
from mnistlab.ui.answers.shared import kept_here
from mnistlab.ui.shell.frame import model_in_use, network_in_use


def readings(key: str, images: NDArray[np.uint8]) -> NDArray[np.float32] | Unanswered:
    """Return the network's outputs (count, classes) for images (count, 28, 28).

    Arguments:
        key: names the images.
        images: some hundred at most; a page waits for them.
    """
    network = network_in_use()
    key = f"readings/{network.digest}/{key}"
    if not is_known(network.recipe):
        return answer(key, read_digits, model_in_use(), images)
    return kept_here(key, lambda: read(network.recipe, network.weights, standardise(images)))
