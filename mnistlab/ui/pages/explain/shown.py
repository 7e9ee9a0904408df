"""All that the page Explain shows of one digit."""

import hashlib
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.why import ALONE, Explanation, without
from mnistlab.data.inputs import Input
from mnistlab.data.scaling import scaled
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.explain_view import ExplainView
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.shared import kept_here


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

    def outputs_without(self, layer: str, index: int) -> NDArray[np.float32]:
        """Return the outputs (classes,) for the digit with one map or node muted, kept for all visitors."""
        network, image = self.network, self.digit.image
        picture = scaled(image[None], network.recipe.scaling)[0]
        key = f"why-without/{network.digest}/{hashlib.sha256(image.tobytes()).hexdigest()}/{layer}/{index}"
        return kept_here(key, partial(without, network.recipe, network.weights, picture, layer, index))
