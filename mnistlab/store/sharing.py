"""A recipe on a network -> one run: equal requests of all visitors share a folder."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from mnistlab.errors import MnistlabError
from mnistlab.recipes import NetworkRecipe, Recipe, TrainingRecipe
from mnistlab.store.models import REFERENCE, find_network, initial_network
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import StateName
from mnistlab.store.runs import Store
from mnistlab.store.search import Search

# A run in these states has its result or will have it; a paused run waits for its owner.
SHARED: frozenset[StateName] = frozenset({"queued", "running", "finished"})


@dataclass(frozen=True)
class Wish:
    """A request for a computation. Made once and passed on, because finding the network means reading it.

    Attributes:
        recipe: the recipe to carry out.
        network: the network it works on or starts from; None if it needs none, or there is none.
    """

    recipe: Recipe
    network: StoredNetwork | None

    @classmethod
    def of(cls, recipe: Recipe, store: Store) -> Self:
        """Return the wish for a recipe, with its network from `store` or the reference network."""
        return cls(recipe, _network_of(recipe, store))

    @cached_property
    def key(self) -> str:
        """A digest of the recipe, with the weights of its network instead of the network's name.

        Two runs with different names may have trained exactly the same weights, which then give the same results.
        """
        parts = [self.recipe.digest]
        if self.network is not None:
            parts = [self.recipe.on_network(REFERENCE).digest, self.network.digest]
        return hashlib.sha256("/".join(parts).encode()).hexdigest()

    @property
    def layers(self) -> NetworkRecipe | None:
        """The layers of the network."""
        return None if self.network is None else self.network.recipe


def equal_run(wish: Wish, store: Store) -> RunFolder | None:
    """Return the newest run of the same computation that has a complete result, or will have one."""
    for run in store.find(Search(key=wish.key)):
        if (
            run.id.startswith(wish.recipe.kind)
            and run.key() == wish.key
            and store.state(run).name in SHARED
            and _will_be_whole(run)
        ):
            return run
    return None


def _network_of(recipe: Recipe, store: Store) -> StoredNetwork | None:
    try:
        if isinstance(recipe, TrainingRecipe):
            return initial_network(recipe, store)
        name = recipe.network_name
        return None if name is None else find_network(name, store)
    except MnistlabError:
        return None


def _will_be_whole(run: RunFolder) -> bool:
    # A training that was stopped early is finished, but incomplete. What is asked of a run at work takes a moment to happen.
    return run.summary().get("complete", True) is not False and run.requested() not in ("stop", "cancel", "pause")
