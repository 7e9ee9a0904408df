"""What the network makes of the digits of the page Activations, with all that it takes to draw it."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from mnistlab.data.inputs import Input
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.views import ActivationsView
from mnistlab.results.readings import Survey
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.asking import Unanswered
from mnistlab.ui.answers.shared import Layers
from mnistlab.ui.pages.activations.chosen import Chosen, choose


@dataclass(frozen=True, eq=False)
class Shown:
    """A digit of the page and what the layers make of it; `place`: -1 for the main one, else its place beside it."""

    place: int
    digit: Input
    layers: Layers

    @property
    def outputs(self) -> NDArray[Any]:
        """Of the last layer, (classes,)."""
        return outputs_of(self.layers)


@dataclass(frozen=True, eq=False)
class Reading:
    """All that the page has to draw.

    Attributes:
        view: what the visitor chose.
        model: name of the network.
        network: itself.
        data: whose test digits the survey is of.
        survey: what each map does over the test digits.
        shown: the digits, the main one first, with all changes to maps.
        plain: what the layers make of the main one without changes.
    """

    view: ActivationsView
    model: str
    network: StoredNetwork
    data: DataName
    survey: Survey | Unanswered
    shown: list[Shown]
    plain: Layers

    @property
    def chosen(self) -> Chosen:
        """The map or node looked at."""
        return choose(self.view, self.network, self.plain)


def outputs_of(layers: Layers) -> NDArray[Any]:
    """Return what the last layer makes of a digit, (classes,)."""
    return list(layers.values())[-1]
