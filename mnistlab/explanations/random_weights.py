"""A network made random layer by layer: an explanation that stays as it was explains the picture, not the network.

Source: Adebayo, Gilmer, Muelly, Goodfellow, Hardt and Kim 2018, “Sanity checks for saliency maps”, arXiv:1810.03292.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.explanations.chain import Chain, Pictures
from mnistlab.explanations.methods import Method, Task
from mnistlab.recipes.network import weight_shapes
from mnistlab.store.networks import StoredNetwork


def layers_with_weights(network: StoredNetwork) -> list[str]:
    """Return the names of layers that have weights, the outputs first."""
    names = dict.fromkeys(name.partition("/")[0] for name in weight_shapes(network.recipe))
    return list(reversed(names))


def randomised(network: StoredNetwork, layers: int, seed: int = 0) -> StoredNetwork:
    """Return the network with the weights of its last `layers` layers in random places: each tensor keeps its values, so that sums keep their size."""
    random, weights = np.random.default_rng(seed), dict(network.weights)
    for layer in layers_with_weights(network)[:layers]:
        for name in (f"{layer}/kernel", f"{layer}/bias"):
            weights[name] = random.permutation(weights[name].ravel()).reshape(weights[name].shape)
    return StoredNetwork(network.recipe, weights, network.data)


def likeness_under_random_weights(
    methods: Sequence[Method], task: Task, chain_of: Callable[[StoredNetwork], Chain], seed: int = 0
) -> NDArray[np.float32]:
    """Return how alike explanations are to those of the network made random, (methods, layers, count): the correlation of ranks over the ink.

    The entry of layer n is that with the last n + 1 layers made random. A method that does not ask the network stays at 1.

    Arguments:
        methods: the methods.
        task: the pictures, and the network as it is.
        chain_of: makes a chain of a network.
        seed: of the random places.
    """
    before = [method.order(method.find(task).maps) for method in methods]
    found = np.empty((len(methods), len(layers_with_weights(task.chain.network)), len(task.pictures)), np.float32)
    for layer in range(found.shape[1]):
        chain = chain_of(randomised(task.chain.network, layer + 1, seed))
        other = Task(chain, task.pictures, task.questions, task.choices)
        for number, method in enumerate(methods):
            after = method.order(method.find(other).maps)
            found[number, layer] = likeness(before[number], after, task.pictures)
    return found


def likeness(one: NDArray[np.float32], two: NDArray[np.float32], pictures: Pictures) -> NDArray[np.float32]:
    """Return how alike what ranks the pixels of each picture is, (count,): the correlation of ranks over the ink; all of shape (count, 28, 28)."""
    return np.array(
        [
            _rank_correlation(first, second, picture > picture.min())
            for first, second, picture in zip(one, two, pictures, strict=True)
        ],
        np.float32,
    )


def _rank_correlation(one: NDArray[np.float32], two: NDArray[np.float32], ink: NDArray[np.bool_]) -> float:
    """Return Spearman's correlation of two maps over some pixels; 0 if either has one value everywhere."""
    ranks = np.stack([_ranks(values[ink]) for values in (one, two)])
    if ranks.shape[1] == 0 or not np.ptp(ranks, axis=1).all():
        return 0.0
    correlations: NDArray[np.float64] = np.asarray(np.corrcoef(ranks))
    return float(correlations[0, 1])


def _ranks(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return ranks (count,) of values, equal ones with their mean rank."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: NDArray[np.float64] = (ends - (counts + 1) / 2)[place]
    return ranks
