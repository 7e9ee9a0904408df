"""What has to be said of a kind of recipe."""

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
Place = tuple[str, dict[str, str]]


@dataclass(frozen=True)
class Means:
    """What a recipe may use when it starts.

    Attributes:
        store: where the networks a recipe names are found.
        checkpoint: arrays from where to go on; None: from the beginning. Only a training can go on.
        allow_paths: whether models, starts and pictures may be paths: on the command line, never for a page.
    """

    store: Store
    checkpoint: NamedArrays | None = None
    allow_paths: bool = False

    def network(self, name: str) -> StoredNetwork:
        """Return the network a recipe names.

        Raises:
            StoreError: there is none.
            NetworkError: it is damaged or not finished.
        """
        return find_network(name, self.store, self.allow_paths)


@dataclass(frozen=True)
class Kind(Generic[RecipeType]):
    """One kind of recipe.

    Attributes:
        recipe: its class.
        title: what one of its runs is called.
        start: checks the recipe and returns its reports; imports TensorFlow when it is called and not before.
        work: the multiplications of a recipe on a network (for a training None, unless it goes on from one).
        pace: the name under which durations of such recipes are compared. It changes when `work` counts otherwise, so that what was
            measured by the old count is not taken for the new.
        first_guess: seconds per multiplication before anything was measured here, by `pace`; from two cores of 2026 (`bench`).
        place: page and link that show a run, from its recipe and the run's id.
        pictures: file name -> content of what there is to see of a finished run, for the command line; empty where there is nothing.
    """

    recipe: type[RecipeType]
    title: str
    start: Callable[[RecipeType, Means], Reports]
    work: Callable[[RecipeType, NetworkRecipe | None], float]
    pace: Callable[[RecipeType], str]
    first_guess: Mapping[str, float]
    place: Callable[[RecipeType, str], Place]
    pictures: Callable[[RecipeType, RunFolder], dict[str, bytes]]

    @property
    def name(self) -> str:
        """The kind's name in recipes, ids of runs and links."""
        return str(self.recipe.model_fields["kind"].default)


def no_pictures(_: Recipe, __: RunFolder) -> dict[str, bytes]:
    """Return no pictures."""
    return {}


def model_link(name: str) -> dict[str, str]:
    """Return the parameter of a link that names a network; the reference network needs none."""
    return {} if name == REFERENCE else {"model": name}
