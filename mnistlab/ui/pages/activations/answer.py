"""The outputs of the network for the digits of the page Activations, with all other data for drawing them."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from mnistlab.data.inputs import Input
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.views import ActivationsView
from mnistlab.results.readings import Survey
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.shared import Layers
from mnistlab.ui.pages.activations.chosen import Chosen, choose


@dataclass(frozen=True, eq=False)
class Shown:
    """A digit of the page with the outputs of all layers; `slot`: -1 for the main digit, else its index among those beside it."""

    slot: int
    digit: Input
    layers: Layers

    @property
    def outputs(self) -> NDArray[Any]:
        """The network's outputs, (classes,)."""
        return outputs_of(self.layers)


@dataclass(frozen=True, eq=False)
class Reading:
    """All data of the page.

    Attributes:
        view: state of the page.
        model: name of the network.
        network: the network.
        data: the set of the test digits of the survey.
        survey: statistics of each map over the test digits.
        shown: the digits, the main one first, with all changes to maps.
        plain: outputs of the layers for the main digit without changes.
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
        """The selected map or node."""
        return choose(self.view, self.network, self.plain)


def outputs_of(layers: Layers) -> NDArray[Any]:
    """Return the network's outputs for a digit, (classes,)."""
    return list(layers.values())[-1]
