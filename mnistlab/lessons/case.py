"""What a lesson is about at this moment: the network and the digits in use, and which of them are new to the learner."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.judgement import probabilities, unclear
from mnistlab.analysis.reading import after, is_known, layers_of, read
from mnistlab.data.digits import Digits
from mnistlab.data.sources import digits, first_digits
from mnistlab.data.standardise import standardise
from mnistlab.keeping import Recent
from mnistlab.recipes import LayerRow, NetworkRecipe, layer_rows
from mnistlab.recipes.data_sets import DataName, is_brought
from mnistlab.store.networks import StoredNetwork

# A new case is one of so many; of a set that is drawn no more are drawn than that.
CHOSEN_FROM = 300
NEW, DOUBTFUL = "new", "doubtful"
# Networks of which it is remembered which digit is doubtful to them.
_doubtful: Recent[int] = Recent(50)


class NotHereError(Exception):
    """The network in use has not what a step is about; the text says what, as a sentence."""


def why_not(recipe: NetworkRecipe, data: DataName) -> str:
    """Return why lessons are not about a network and a set of digits, as a sentence; "" if they are."""
    if is_brought(data):
        return "The lessons are about handwritten digits, and other pictures are in use."
    if not is_known(recipe):
        return "The lessons cannot follow the layers of the network in use."
    if recipe.scaling != "standardised":
        return "The lessons are about standardised pictures, and the network in use takes in others."
    if recipe.pooling != "max":
        return "The lessons are about pools that keep the largest value, and those of the network in use keep the mean."
    return ""


@dataclass(frozen=True, eq=False)
class Case:
    """What facts are computed from.

    Attributes:
        network: in use; all its layers are known to `analysis.reading`.
        data: the set of digits in use.
        throw: decides what is new; another throw, another case.
    """

    network: StoredNetwork
    data: DataName
    throw: int = 0

    def number(self, wanted: int | str) -> int:
        """Return the number of a test digit: the one that is named, a new one, or the one of the first that is most doubtful."""
        if wanted == DOUBTFUL:
            # (Kept as a number above 0: what is kept must be something.)
            return _doubtful.get((self.network.digest, self.data), lambda: self._most_doubtful() + 1) - 1
        return self.pick(CHOSEN_FROM) if isinstance(wanted, str) else wanted

    def _most_doubtful(self) -> int:
        images = standardise(first_digits(self.data, "test", CHOSEN_FROM).images)
        return int(unclear(read(self.network.recipe, self.network.weights, images))[0])

    def digit(self, wanted: int | str) -> NDArray[np.uint8]:
        """Return a test digit (28, 28) uint8."""
        image: NDArray[np.uint8] = self._some(wanted).images[self.number(wanted)]
        return image

    def label(self, wanted: int | str) -> str:
        """Return what a test digit is."""
        label = int(self._some(wanted).labels[self.number(wanted)])
        return self.network.classes[label] if label < len(self.network.classes) else str(label)

    def map_of(self, layer: str, wanted: int | str) -> int:
        """Return the number of a map: the one that is named, or a new one.

        Raises:
            NotHereError: the network has no such layer or map.
        """
        row = self.layer(layer)
        index = self.pick(row.shape[-1]) if isinstance(wanted, str) else wanted
        if index >= row.shape[-1]:
            raise NotHereError(f"This step is about map {index} of {layer}, which has only {row.shape[-1]} here.")
        return index

    def must_fit(self, part: Any) -> None:
        """Raise NotHereError if a live part names a layer or a map that the network has not: before anything is asked about it."""
        layer, index = getattr(part, "layer", NEW), getattr(part, "map", NEW)
        if layer != NEW:
            self.layer(layer)
            if isinstance(index, int):
                self.map_of(layer, index)

    def layer(self, name: str) -> LayerRow:
        """Return a layer of the network.

        Raises:
            NotHereError: it has none of that name.
        """
        found = next((row for row in layer_rows(self.network.recipe) if row.name == name), None)
        if found is None:
            raise NotHereError(f"This step is about {name}, and the network in use has no such layer.")
        return found

    def pick(self, count: int) -> int:
        """Return one of `count` numbers, by the throw; none comes again before all have been."""
        around, position = divmod(self.throw, count)
        return int(np.random.default_rng([around, count]).permutation(count)[position])

    def read(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the shares (count, classes) of what is read in images (count, 28, 28), as they are."""
        return probabilities(read(self.network.recipe, self.network.weights, images.astype(np.float32)))

    def layers(self, wanted: int | str) -> dict[str, NDArray[np.float32]]:
        """Return what each layer makes of a test digit, without the axis of images."""
        image = standardise(self.digit(wanted)[None])
        found = layers_of(self.network.recipe, self.network.weights, image)
        return {name: values[0] for name, values in found.items()}

    def read_behind(self, layer: str, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the shares (count, classes) that follow from what a layer has made, values (count, …)."""
        return probabilities(after(self.network.recipe, self.network.weights, layer, values))

    def class_name(self, shares: NDArray[np.float64]) -> str:
        """Return the class with the largest share."""
        return self.network.classes[int(shares.argmax())]

    def _some(self, wanted: int | str) -> Digits:
        is_near = isinstance(wanted, str) or wanted < CHOSEN_FROM
        return first_digits(self.data, "test", CHOSEN_FROM) if is_near else digits(self.data, "test")
