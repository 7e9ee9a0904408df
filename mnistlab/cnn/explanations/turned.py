"""A digit and a network -> what would change the answer: into each class, among all pictures and among written digits."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.reading import ACTIVATIONS
from mnistlab.cnn.explanations.chain import NetworkChain, network_chain
from mnistlab.cnn.explanations.ends import ends_for
from mnistlab.cnn.explanations.turning import smallest_changes
from mnistlab.cnn.explanations.walking import Walks, walk_to_each_class
from mnistlab.data import embedded
from mnistlab.data.scaling import for_ascent
from mnistlab.progress import Progress, Work, relay
from mnistlab.results.turned import Lack, Turned
from mnistlab.store.networks import StoredNetwork

# Of the progress, which the search among all pictures takes most of.
WHOLE, SEARCH = 100, 75


def turn_digit(network: StoredNetwork, image: NDArray[np.uint8], is_written: bool) -> Work[Turned]:
    """Return what would change the answer to a digit.

    Arguments:
        network: the network.
        image: the digit, (28, 28) uint8.
        is_written: whether the classes are the ten digits, which our generator writes.

    Raises:
        DataError: the generator's file cannot be used.
    """
    chain = network_chain(network)
    outputs = _outputs(chain, image[None])[0]
    ends = ends_for(chain, image)
    changed = yield from relay(
        smallest_changes(chain, image, ends), lambda said: Progress(said.stage, SEARCH * said.done // said.total, WHOLE)
    )
    walks: Walks | None = None
    lack: Lack = "no generator"
    if is_written and network.recipe.classes == embedded.CLASSES:
        walking = walk_to_each_class(chain, image, int(outputs.argmax()), ends)
        rest = WHOLE - SEARCH
        walks = yield from relay(
            walking, lambda said: Progress(said.stage, SEARCH + rest * said.done // said.total, WHOLE)
        )
        lack = "" if walks is not None else "not rebuilt"
    if walks is None:
        walks = Walks(image, np.zeros((len(outputs), 1, *image.shape), np.uint8), np.full(len(outputs), -1, np.int32))
    steps = walks.pictures.shape[1]
    walk_outputs = _outputs(chain, walks.pictures.reshape(-1, *image.shape)).reshape(len(outputs), steps, -1)
    return Turned(
        outputs=outputs,
        pictures=changed.pictures,
        found=changed.found,
        picture_outputs=_outputs(chain, changed.pictures),
        rebuilt=walks.rebuilt,
        rebuilt_outputs=_outputs(chain, walks.rebuilt[None])[0],
        walks=walks.pictures,
        walk_outputs=walk_outputs,
        first=walks.first,
        lack=lack,
    )


def _outputs(chain: NetworkChain, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the outputs (count, classes) of the last layer, after its activation."""
    recipe = chain.network.recipe
    found: NDArray[np.float32] = ACTIVATIONS[recipe.output_activation](
        chain.outputs(for_ascent(images, recipe.scaling))
    )
    return found
