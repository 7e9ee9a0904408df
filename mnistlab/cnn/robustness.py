"""A robustness recipe -> a generator of reports, ending with the accuracy on digits changed in several ways, each in growing strength."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.intervals import wilson
from mnistlab.cnn.explanations.chain import NetworkChain, network_chain
from mnistlab.cnn.explanations.questions import about_classes
from mnistlab.data.digits import Digits
from mnistlab.data.scaling import for_ascent
from mnistlab.patterns.distortions import ADVERSARIAL_TITLE, CHANGES, CHUNK, changed, strengths_of
from mnistlab.progress import Progress, Reports, Result
from mnistlab.recipes.robustness import Distortion, RobustnessCurvesRecipe
from mnistlab.results.robustness import RobustnessResult
from mnistlab.store.networks import StoredNetwork


def read_changed(recipe: RobustnessCurvesRecipe, network: StoredNetwork, test: Digits) -> Reports:
    """Read the first digits of `test`, changed.

    Yields:
        `Progress` with the change, and after each strength its accuracy; a `Result` at the end, of a `RobustnessResult`.

    Raises:
        RecipeError: if the digits have classes that the network does not know.
    """
    test.must_fit(network.recipe.classes)
    return _reports(recipe, network, test)


def _reports(recipe: RobustnessCurvesRecipe, network: StoredNetwork, test: Digits) -> Reports:
    chain = network_chain(network)
    some = Digits(test.images[: recipe.digits], test.labels[: recipe.digits])
    strengths = np.stack([strengths_of(kind, recipe.strengths) for kind in recipe.kinds])
    right, total = np.zeros(strengths.shape, np.int64), (strengths.size + 1) * len(some)
    reader, plain, done = _Reader(chain, some, recipe.seed), 0, 0
    for start in range(0, len(some), CHUNK):
        found, count = reader.right(start, None)
        plain, done = plain + found, done + count
        yield Progress("reading unchanged digits", done, total)
    for row, kind in enumerate(recipe.kinds):
        title = ADVERSARIAL_TITLE if kind == "adversarial" else CHANGES[kind].title
        for column, strength in enumerate(strengths[row]):
            values: dict[str, float | int | str] = {"change": title, "strength": round(float(strength), 4)}
            for start in range(0, len(some), CHUNK):
                found, count = reader.right(start, kind, float(strength))
                right[row, column] += found
                done += count
                yield Progress("reading changed digits", done, total, values)
            accuracy = int(right[row, column]) / len(some)
            yield Progress("reading changed digits", done, total, {**values, "accuracy": accuracy})
    lower, upper = wilson(right, len(some))
    arrays = [values.astype(np.float32) for values in (strengths, right / len(some), lower, upper)]
    summary = {"digits": len(some), "accuracy": plain / len(some), "network": network.digest}
    yield Result(RobustnessResult(np.array(recipe.kinds), *arrays).arrays(), summary)


class _Reader:
    """The digits of a recipe, a part after the other, read as they are or changed."""

    def __init__(self, chain: NetworkChain, digits: Digits, seed: int) -> None:
        self._chain, self._digits, self._seed = chain, digits, seed
        # Of each part, by its first digit: a gradient costs several readings, and is the same for every strength.
        self._directions: dict[int, NDArray[np.int8]] = {}

    def right(self, start: int, kind: Distortion | None, strength: float = 0.0) -> tuple[int, int]:
        """Return how many digits of the part that begins at `start` are read right, and how many it has; `kind`: None, if they are not changed."""
        part = Digits(*(values[start : start + CHUNK] for values in (self._digits.images, self._digits.labels)))
        scaling = self._chain.network.recipe.scaling
        images = part.images
        if kind is not None and kind != "adversarial":
            images = changed(images, kind, strength, self._seed, start)
        pictures = for_ascent(images, scaling)
        if kind == "adversarial":
            if start not in self._directions:
                self._directions[start] = directions(self._chain, pictures, part.labels)
            pictures = stepped(pictures, self._directions[start], strength)
        return int((self._chain.outputs(pictures).argmax(axis=1) == part.labels).sum()), len(part)


def directions(chain: NetworkChain, pictures: NDArray[np.float32], labels: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Return for each pixel of pictures (count, 28, 28) whether more (1) or less (−1) of it brings the picture nearer to another class.

    What is followed is the difference of the outputs of the likeliest other class and of the label, before softmax.
    """
    outputs = chain.outputs(pictures)
    outputs[np.arange(len(labels)), labels] = -np.inf
    pairs = zip(labels.tolist(), outputs.argmax(axis=1).tolist(), strict=True)
    gradients = chain.gradients(pictures, [about_classes(label, other, chain.network) for label, other in pairs])
    return -np.sign(gradients).astype(np.int8)


def stepped(pictures: NDArray[np.float32], directions: NDArray[np.int8], strength: float) -> NDArray[np.float32]:
    """Return pictures (count, 28, 28) one step further: each pixel by `strength` of the picture's range in its direction, within that range.

    Source: Goodfellow, Shlens and Szegedy 2014, “Explaining and harnessing adversarial examples”, arXiv:1412.6572.
    """
    darkest, brightest = (edge(pictures, axis=(1, 2), keepdims=True) for edge in (np.min, np.max))
    moved: NDArray[np.float32] = pictures + np.float32(strength) * (brightest - darkest) * directions
    return np.clip(moved, darkest, brightest)
