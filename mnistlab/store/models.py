"""The value of a recipe's `model` or `initial` -> the stored network: "reference", a run id, or a folder."""

import csv
import os
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from mnistlab.checkout import ASSETS
from mnistlab.errors import NetworkError, RecipeError, StoreError
from mnistlab.recipes import TrainingRecipe, weight_shapes
from mnistlab.recipes.data_sets import MNIST
from mnistlab.store.events import Event
from mnistlab.store.imports import IMPORT_ID, imported_network
from mnistlab.store.networks import StoredNetwork, read_network
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_info import RUN_ID
from mnistlab.store.runs import Store

REFERENCE = "reference"
EPOCH = re.compile(r"[0-9]{0,4}")
REFERENCE_FOLDER = ASSETS / "reference"


def find_network(name: str, store: Store, allow_folder: bool = False) -> StoredNetwork:
    """Return the network with the name `name`.

    Arguments:
        name: "reference"; the id of a run, with "@3" appended for the weights after epoch 3; the id of an imported network; or the path of
            a folder.
        store: the store with the runs.
        allow_folder: whether paths are accepted: on the command line, never from a page.

    Raises:
        StoreError: if there is no such run or folder.
        NetworkError: if the network is damaged or not finished.
    """
    if name == REFERENCE:
        return reference_network()
    run_id, _, epoch = name.partition("@")
    if RUN_ID.fullmatch(run_id) and EPOCH.fullmatch(epoch) and (store.runs_folder / run_id).is_dir():
        run = store.get(run_id)
        try:
            # A run may be trained further after it was read, so the time of its last state is part of the key.
            return _network_of(run.path, int(epoch) if epoch else None, run.state().since)
        except NetworkError as error:
            raise NetworkError(f"The network of the run “{run.name()}” cannot be used: {error}") from None
    if IMPORT_ID.fullmatch(name):
        return imported_network(store.home, name)
    # (`os.path.isdir` accepts any text; `Path.is_dir` raises for one that is too long.)
    if allow_folder and os.path.isdir(name):  # noqa: PTH112
        return read_network(Path(name))
    raise StoreError(f"There is no network “{name[:80]}” here; it may have been deleted.")


def initial_network(recipe: TrainingRecipe, store: Store) -> StoredNetwork | None:
    """Return the network whose weights a training starts from; None for new weights.

    Raises:
        MnistlabError: if there is no such network, or its layers differ from the recipe's.
    """
    if recipe.initial is None:
        return None
    network = find_network(recipe.initial, store)
    if weight_shapes(network.recipe) != weight_shapes(recipe.network):
        raise RecipeError(
            "The network to start from has other layers than this recipe, so its weights do not fit. "
            "Choose the same layers, or start from new weights."
        )
    if network.recipe.scaling != recipe.network.scaling:
        raise RecipeError(
            f"The network to start from takes in pictures scaled otherwise (“{network.recipe.scaling}”) than this recipe "
            f"(“{recipe.network.scaling}”). Choose the same, or start from new weights."
        )
    return network


@lru_cache(maxsize=16)
def _network_of(path: Path, epoch: int | None, since: float) -> StoredNetwork:
    return RunFolder(path).network(epoch)


@lru_cache(maxsize=1)
def reference_network() -> StoredNetwork:
    """Return the network shipped with mnistlab."""
    return replace(read_network(REFERENCE_FOLDER), data=MNIST.name)


@lru_cache(maxsize=1)
def reference_history() -> list[Event]:
    """Return the history of the reference network in the form of a run's events, one per epoch."""
    with (REFERENCE_FOLDER / "history.csv").open(encoding="utf-8", newline="") as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    return [{**row, "epoch": int(row["epoch"]), "stage": "training", "done": row["epoch"]} for row in rows]
