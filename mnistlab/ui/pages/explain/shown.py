"""All that the page Explain shows of one digit."""

from dataclasses import dataclass

from mnistlab.analysis.why import ALONE, Explanation
from mnistlab.data.inputs import Input
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.explain_view import ExplainView
from mnistlab.store.networks import StoredNetwork


@dataclass(frozen=True, eq=False)
class Shown:
    """A digit, a question about it, and the answer.

    Attributes:
        view: state of the page.
        model: name of the network.
        network: the network.
        data: the set of the test digits.
        digit: the digit.
        found: its explanation.
    """

    view: ExplainView
    model: str
    network: StoredNetwork
    data: DataName
    digit: Input
    found: Explanation

    @property
    def colours(self) -> str:
        """What red and blue say here."""
        target, classes = self.found.target, self.network.classes
        if not self.found.is_output:
            return "Red adds to it, blue takes away from it"
        if target.against == ALONE:
            return f"Red speaks for {classes[target.index]}, blue against it"
        return f"Red speaks for {classes[target.index]}, blue for {classes[target.against]}"
