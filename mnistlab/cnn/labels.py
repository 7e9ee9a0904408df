"""A recipe of a search for wrong labels -> a generator of reports, ending with what networks read in digits that they have not learned from."""

import numpy as np

from mnistlab.cnn.activations import outputs
from mnistlab.cnn.network import build_network, set_weights
from mnistlab.cnn.training import train
from mnistlab.data.digits import Digits
from mnistlab.progress import Progress, Reports, Result, relay, result_of
from mnistlab.recipes.labels import LabelsRecipe
from mnistlab.recipes.training import batches_per_epoch
from mnistlab.results.labels import LabelsResult


def read_unseen(recipe: LabelsRecipe, digits: Digits) -> Reports:
    """Read each digit by a network that has learned from the digits of the other parts.

    Arguments:
        recipe: the recipe.
        digits: the training digits; the first `recipe.count` are used.

    Yields:
        `Progress`; a `Result` at the end, of a `LabelsResult`.

    Raises:
        DivergedError: if a training comes to nothing.
    """
    some = Digits(digits.images[: recipe.count], digits.labels[: recipe.count])
    parts = np.random.default_rng(recipe.seed).permutation(len(some)) % recipe.folds
    found = np.zeros((len(some), recipe.network.classes), np.float32)
    model = build_network(recipe.network)
    for part in range(recipe.folds):
        own, others = (Digits(some.images[chosen], some.labels[chosen]) for chosen in (parts == part, parts != part))
        training = recipe.training(len(others))
        batches = training.epochs * batches_per_epoch(training)

        def tell(report: Progress, part: int = part, batches: int = batches) -> Progress:
            stage = f"network {part + 1} of {recipe.folds}: {report.stage}"
            return Progress(stage, part * batches + report.done, recipe.folds * batches, report.values)

        # Half of it would be useless, so a Stop does not reach it.
        result = yield from relay(result_of(train(training, others, own)), tell)
        assert result.weights is not None, "a training ends with weights"
        set_weights(model, result.weights)

        def read(_: Progress, part: int = part, batches: int = batches) -> Progress:
            return Progress("reading the digits of the part", (part + 1) * batches, recipe.folds * batches)

        found[parts == part] = yield from relay(outputs(model, own.images), read)
    right = float((found.argmax(axis=1) == some.labels).mean())
    yield Result(LabelsResult(found, some.labels).arrays(), {"digits": len(some), "accuracy": right})
