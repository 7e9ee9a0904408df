"""Two classes and a layer -> the script that finds the points which tell them apart."""

from mnistlab.data.sources import digits
from mnistlab.exports.bundle import WEIGHTS, Files, choices, files_of, npz
from mnistlab.exports.network_code import input_code, network_code
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.views import ClassesView
from mnistlab.store.networks import StoredNetwork

ABOUT = "It does without mnistlab what the page Classes does with the network of the digest {digest}."


def class_files(view: ClassesView, network: StoredNetwork, data: DataName) -> Files:
    """Return script, notebook and what they need; the test digits as well, but for MNIST's.

    Raises:
        DataError: the digits cannot be read.
    """
    files = {WEIGHTS: npz(network.weights)}
    if data != "mnist":
        test = digits(data, "test")
        files["digits.npz"] = npz({"x_test": test.images, "y_test": test.labels})
    blocks = {
        "about": ABOUT.format(digest=network.digest[:16]),
        "choices": choices(layer=f'"{view.layer}"')
        + f"CLASS_A, CLASS_B = {view.label_a}, {view.label_b}\n"
        + choices(active=view.active, common=view.common, unique=view.unique),
        "network": network_code(network.recipe.model_copy(update={"regularizer": None})),
        "input": input_code(network.recipe),
    }
    return files_of("classes", blocks, [], files)
