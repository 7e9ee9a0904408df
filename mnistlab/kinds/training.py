"""The kind of a training."""

from mnistlab.kinds.kind import Kind, Means, PageLink, no_pictures
from mnistlab.kinds.multiplications import GRADIENT, forward
from mnistlab.progress import Reports
from mnistlab.recipes import NetworkRecipe, TrainingRecipe
from mnistlab.recipes.data_sets import data_set
from mnistlab.recipes.training import Engine, batches_per_epoch
from mnistlab.store.models import initial_network

# Fixed cost of a batch: about 2 ms at 10^10 multiplications a second.
BATCH_OVERHEAD = 2e7
# Each engine has its own speed.
PACES: dict[Engine, str] = {"tensorflow": "training", "compiled": "training-compiled"}


def _start(recipe: TrainingRecipe, means: Means) -> Reports:
    from mnistlab.cnn.training import train
    from mnistlab.data.sources import digits, first_digits

    network = initial_network(recipe, means.store)
    initial = None if network is None else network.weights
    # No more than it trains on: a fresh worker would first draw all 60,000 of the embedded digits, which takes seconds.
    training = first_digits(recipe.data, "train", recipe.train_size)
    return train(recipe, training, digits(recipe.data, "test"), initial, means.checkpoint)


def _work(recipe: TrainingRecipe, _: NetworkRecipe | None) -> float:
    return training_work(recipe, data_set(recipe.data).test)


def training_work(recipe: TrainingRecipe, validated: int) -> float:
    """Return the multiplications of a training; `validated`: digits that are read after each epoch."""
    images = GRADIENT * recipe.train_size + validated
    return recipe.epochs * (images * forward(recipe.network) + batches_per_epoch(recipe) * BATCH_OVERHEAD)


def _page_link(_: TrainingRecipe, run_id: str) -> PageLink:
    return "pages/train.py", {"run": run_id}


TRAINING = Kind(
    recipe=TrainingRecipe,
    title="Training",
    start=_start,
    work=_work,
    pace=lambda recipe: PACES[recipe.engine],
    first_guess={"training": 1.4e-11, "training-compiled": 0.7e-11},
    page_link=_page_link,
    pictures=no_pictures,
)
