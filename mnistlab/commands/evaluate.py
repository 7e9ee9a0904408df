"""A network -> its accuracy on the test digits."""

from mnistlab.commands import Printed
from mnistlab.data.sources import data_at_hand, digits
from mnistlab.recipes.data_sets import DataName
from mnistlab.settings import settings
from mnistlab.store.format import check_format
from mnistlab.store.models import find_network
from mnistlab.store.runs import Store


def evaluate(model: str, data: DataName | None) -> Printed:
    """Return parameters, data, images, accuracy, loss and confusion matrix.

    Raises:
        MnistlabError: if the network or the digits are not available.
    """
    check_format(settings().home)
    network = find_network(model, Store(settings().home), allow_folder=True)
    name: DataName = data or data_at_hand()
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
