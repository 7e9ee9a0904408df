"""What maps are used for over a set is, digit by digit, what an explanation says of it."""

import numpy as np

from mnistlab.analysis.why import STRONGEST, Target, explain
from mnistlab.cnn.network import build_network, get_weights
from mnistlab.cnn.uses import find_uses
from mnistlab.data.digits import Digits
from mnistlab.data.standardise import standardise
from mnistlab.progress import ended
from mnistlab.recipes import NetworkRecipe
from mnistlab.store.networks import StoredNetwork

RECIPE = NetworkRecipe.read(
    {
        "conv": [{"filters": 4}, {"filters": 6, "activation": "tanh"}],
        "pool": [2, 2],
        "dense": [{"units": 9, "activation": "sigmoid"}],
    }
)


def test_the_shares_of_a_set_are_those_of_each_digit(validation_digits):
    model = build_network(RECIPE, 3)
    network = StoredNetwork(RECIPE, get_weights(model))
    some = Digits(validation_digits.images[:30], validation_digits.labels[:30])
    uses = ended(find_uses(network, model, some))
    shares = np.stack(
        [
            explain(RECIPE, network.weights, picture, Target("Dense_2", STRONGEST, STRONGEST)).by_map
            for picture in standardise(some.images)
        ]
    )
    assert uses.best.shape == (6, 9)
    for index in range(6):
        np.testing.assert_allclose(uses.best_share[index], np.sort(shares[:, index])[::-1][:9], atol=1e-4)
        np.testing.assert_allclose(shares[uses.best[index], index], uses.best_share[index], atol=1e-4)
    for label in range(10):
        np.testing.assert_allclose(uses.by_class[:, label], shares[some.labels == label].mean(axis=0), atol=1e-4)
