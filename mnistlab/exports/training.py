"""A training -> its script: same start weights, order of the digits and schedule, by Keras' own `fit`."""

from mnistlab.data.sources import digits, first_digits
from mnistlab.exports.bundle import WEIGHTS, Files, choices, files_of, npz
from mnistlab.exports.network_code import input_code, network_code
from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.training import OPTIMIZERS_WITH_MOMENTUM, Optimizer
from mnistlab.store.models import initial_network
from mnistlab.store.runs import Store

CLASSES: dict[Optimizer, str] = {
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "nadam": "Nadam",
    "adamax": "Adamax",
    "sgd": "SGD",
}
SCHEDULES = {"power": "InverseTimeDecay", "exponential": "ExponentialDecay"}
ABOUT = "It does without mnistlab what the training did whose recipe has the digest {digest}."


def training_files(recipe: TrainingRecipe, store: Store) -> Files:
    """Return script, notebook and what they need. Only MNIST is not among it: Keras fetches that.

    Raises:
        MnistlabError: the network it started from is gone, or the digits cannot be read.
    """
    start, data = initial_network(recipe, store), Files()
    if start is not None:
        data[WEIGHTS] = npz(start.weights)
    if recipe.data != "mnist":
        train, test = first_digits(recipe.data, "train", recipe.train_size), digits(recipe.data, "test")
        arrays = {"x_train": train.images, "y_train": train.labels, "x_test": test.images, "y_test": test.labels}
        data["digits.npz"] = npz(arrays)
    blocks = {
        "about": ABOUT.format(digest=recipe.digest[:16]),
        "choices": choices(
            train_size=recipe.train_size,
            left_out=list(recipe.left_out),
            epochs=recipe.epochs,
            batch_size=recipe.batch_size,
            seed=recipe.seed,
        ),
        "input": input_code(recipe.network),
        "network": network_code(recipe.network),
        "optimizer": _optimizer_code(recipe),
    }
    return files_of("training", blocks, ["given" if start else "drawn"], data)


def _optimizer_code(recipe: TrainingRecipe) -> str:
    rate = repr(recipe.learning_rate)
    if recipe.schedule is not None:
        decay = f"decay_steps={recipe.decay_steps}, decay_rate={recipe.decay_rate!r}"
        rate = f"keras.optimizers.schedules.{SCHEDULES[recipe.schedule]}({rate}, {decay})"
    momentum = f", momentum={recipe.momentum!r}" if recipe.optimizer in OPTIMIZERS_WITH_MOMENTUM else ""
    return f"rate = {rate}\noptimizer = keras.optimizers.{CLASSES[recipe.optimizer]}(rate{momentum})\n"
