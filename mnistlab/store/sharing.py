"""Equal recipes on equal weights -> one run: what it computes is its key, whoever asks for it."""

import hashlib

from mnistlab.errors import MnistlabError
from mnistlab.recipes import NetworkRecipe, Recipe, TrainingRecipe
from mnistlab.store.models import REFERENCE, find_network, initial_network
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import StateName
from mnistlab.store.runs import Store

# A run in such a state has its result, or is going to have it; a paused one waits for its owner.
SHARED: frozenset[StateName] = frozenset({"queued", "running", "finished"})


def network_of(recipe: Recipe, store: Store) -> StoredNetwork | None:
    """Return the network a recipe works on or starts from; None if it needs none, or there is none."""
    try:
        if isinstance(recipe, TrainingRecipe):
            return initial_network(recipe, store)
        name = recipe.network_name
        return None if name is None else find_network(name, store)
    except MnistlabError:
        return None


def result_key(recipe: Recipe, store: Store) -> str:
    """Return a digest: the recipe with the weights of its network in place of that network's name.

    Two runs with other names may have trained the very same weights; what is made of them is the same too.
    """
    network = network_of(recipe, store)
    parts = [recipe.digest]
    if network is not None:
        parts = [recipe.on_network(REFERENCE).digest, network.digest]
    return hashlib.sha256("/".join(parts).encode()).hexdigest()


def equal_run(recipe: Recipe, store: Store) -> RunFolder | None:
    """Return the newest run that computes the same and has a whole result, or may still get one."""
    key = result_key(recipe, store)
    for run in store.runs():
        if run.id.startswith(recipe.kind) and run.key() == key and store.state(run).name in SHARED and _is_whole(run):
            return run
    return None


def own_network(recipe: Recipe, store: Store) -> NetworkRecipe | None:
    """Return the layers a recipe works on."""
    network = network_of(recipe, store)
    return None if network is None else network.recipe


def _is_whole(run: RunFolder) -> bool:
    # A training that was stopped early is finished, but not what its recipe asks for.
    return run.summary().get("complete", True) is not False and run.requested() not in ("stop", "cancel")
