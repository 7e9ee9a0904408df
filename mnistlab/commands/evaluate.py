"""A network -> its accuracy on the test digits."""

from mnistlab.brought_sets import known_set
from mnistlab.commands import Printed
from mnistlab.data.sources import data_at_hand, digits
from mnistlab.errors import DataError
from mnistlab.recipes.data_sets import DataName, data_set
from mnistlab.set_files.given import take_up_given
from mnistlab.settings import settings
from mnistlab.store.format import check_format
from mnistlab.store.models import find_network
from mnistlab.store.runs import Store
from mnistlab.store.sets import named_set


def evaluate(model: str, data: str | None) -> Printed:
    """Return parameters, data, images, accuracy, loss and confusion matrix; `data`: name or title of a set, None: the one at hand.

    Raises:
        MnistlabError: if the network or the digits are not available.
    """
    check_format(settings().home)
    network = find_network(model, Store(settings().home), allow_folder=True)
    take_up_given()
    name: DataName = named_set(data) if data else data_at_hand()
    if (classes := len(data_set(name).classes)) != network.recipe.classes:
        raise DataError(
            f"{known_set(name).title} has {classes} classes, and this network tells {network.recipe.classes} apart; "
            "they do not belong together. Train a network on this set, or choose another."
        )
    test = digits(name, "test")

    from mnistlab.cnn.evaluation import evaluate as evaluate_model
    from mnistlab.cnn.network import load_model

    evaluation = evaluate_model(load_model(network), test.images, test.labels)
    return {
        "model": model,
        "parameters": network.parameters,
        "data": name,
        "images": len(test),
        "accuracy": evaluation.accuracy,
        "loss": evaluation.loss,
        "confusion": evaluation.confusion.tolist(),
    }
