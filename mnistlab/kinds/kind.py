"""The entry for a kind of recipe."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from mnistlab.progress import Reports
from mnistlab.recipes import NetworkRecipe, Recipe
from mnistlab.recipes.run import RunRecipe
from mnistlab.store.files import NamedArrays
from mnistlab.store.models import REFERENCE, find_network
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store

RecipeType = TypeVar("RecipeType", bound=RunRecipe)
# A page, and the query parameters of a link to it.
PageLink = tuple[str, dict[str, str]]


@dataclass(frozen=True)
class Means:
    """What a recipe can use when it starts.

    Attributes:
        store: the store with the networks that recipes name.
        checkpoint: arrays to continue from; None to start from the beginning. Only a training can continue.
        allow_paths: whether models, starts and pictures may be paths: on the command line, never for a page.
    """

    store: Store
    checkpoint: NamedArrays | None = None
    allow_paths: bool = False

    def network(self, name: str) -> StoredNetwork:
        """Return the network with the name `name` in a recipe.

        Raises:
            StoreError: if there is none.
            NetworkError: if it is damaged or not finished.
        """
        return find_network(name, self.store, self.allow_paths)


@dataclass(frozen=True)
class Kind(Generic[RecipeType]):
    """One kind of recipe.

    Attributes:
        recipe: its class.
        title: name of one of its runs.
        start: checks the recipe and returns its reports; imports TensorFlow only when called.
        work: the multiplications of a recipe on a network (for a training None, unless it starts from a trained network).
        pace: name under which durations of such recipes are compared. It must change when `work` counts differently, so that durations of the
            old unit are not compared with the new one.
        first_guess: seconds per multiplication before anything was measured here, by `pace`; from two cores of 2026 (`bench`).
        page_link: page and link that show a run, from its recipe and the run's id.
        pictures: file name -> content of the pictures of a finished run, for the command line; empty if it has none.
    """

    recipe: type[RecipeType]
    title: str
    start: Callable[[RecipeType, Means], Reports]
    work: Callable[[RecipeType, NetworkRecipe | None], float]
    pace: Callable[[RecipeType], str]
    first_guess: Mapping[str, float]
    page_link: Callable[[RecipeType, str], PageLink]
    pictures: Callable[[RecipeType, RunFolder], dict[str, bytes]]

    @property
    def name(self) -> str:
        """The kind's name in recipes, ids of runs and links."""
        return str(self.recipe.model_fields["kind"].default)


def no_pictures(_: Recipe, __: RunFolder) -> dict[str, bytes]:
    """Return an empty dictionary."""
    return {}


def model_link(name: str) -> dict[str, str]:
    """Return the link parameter that names a network; empty for the reference network."""
    return {} if name == REFERENCE else {"model": name}
