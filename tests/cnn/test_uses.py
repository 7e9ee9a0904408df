"""What maps are used for over a set is, digit by digit, what an explanation says of it."""

import numpy as np

from mnistlab.analysis.why import STRONGEST, Target, explain, without
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
    assert uses.counts.tolist() == list(range(7))
    assert (uses.kept[0], uses.kept_by_chance[0]) == (1, 1)
    # Without any map all digits are read alike, whatever the order.
    assert uses.kept[-1] == uses.kept_by_chance[-1]
    answers = [explain(RECIPE, network.weights, picture, Target("Dense_2")) for picture in standardise(some.images)]
    without_one = [
        without(RECIPE, network.weights, picture, "Conv2D_2", int(row.argmax())).argmax()
        for picture, row in zip(standardise(some.images), shares, strict=True)
    ]
    stay = np.mean([found.target.index == int(then) for found, then in zip(answers, without_one, strict=True)])
    assert uses.kept[1] == np.float32(stay)
