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
    plain, done = 0, 0
    for start in range(0, len(some), CHUNK):
        part = _part(some, start)
        plain += int(
            (chain.outputs(for_ascent(part.images, network.recipe.scaling)).argmax(axis=1) == part.labels).sum()
        )
        done += len(part)
        yield Progress("reading unchanged digits", done, total)
    for row, kind in enumerate(recipe.kinds):
        title = ADVERSARIAL_TITLE if kind == "adversarial" else CHANGES[kind].title
        for column, strength in enumerate(strengths[row]):
            values: dict[str, float | int | str] = {"change": title, "strength": round(float(strength), 4)}
            for start in range(0, len(some), CHUNK):
                part = _part(some, start)
                right[row, column] += _right(chain, part, kind, float(strength), recipe.seed, start)
                done += len(part)
                yield Progress("reading changed digits", done, total, values)
            accuracy = int(right[row, column]) / len(some)
            yield Progress("reading changed digits", done, total, {**values, "accuracy": accuracy})
    lower, upper = wilson(right, len(some))
    arrays = [values.astype(np.float32) for values in (strengths, right / len(some), lower, upper)]
    summary = {"digits": len(some), "accuracy": plain / len(some), "network": network.digest}
    yield Result(RobustnessResult(np.array(recipe.kinds), *arrays).arrays(), summary)


def _part(digits: Digits, start: int) -> Digits:
    return Digits(digits.images[start : start + CHUNK], digits.labels[start : start + CHUNK])


def _right(chain: NetworkChain, digits: Digits, kind: Distortion, strength: float, seed: int, first: int) -> int:
    """Return how many of changed digits are read right."""
    scaling = chain.network.recipe.scaling
    if kind == "adversarial":
        pictures = stepped(chain, for_ascent(digits.images, scaling), digits.labels, strength)
    else:
        pictures = for_ascent(changed(digits.images, kind, strength, seed, first), scaling)
    return int((chain.outputs(pictures).argmax(axis=1) == digits.labels).sum())


def stepped(
    chain: NetworkChain, pictures: NDArray[np.float32], labels: NDArray[np.uint8], strength: float
) -> NDArray[np.float32]:
    """Return pictures (count, 28, 28) one step nearer to another class: each pixel by `strength` of the picture's range, in the direction that helps most.

    Source: Goodfellow, Shlens and Szegedy 2014, “Explaining and harnessing adversarial examples”, arXiv:1412.6572. What is followed is the difference of the outputs
    of the label and of the likeliest other class, before softmax.
    """
    outputs = chain.outputs(pictures)
    outputs[np.arange(len(labels)), labels] = -np.inf
    pairs = zip(labels.tolist(), outputs.argmax(axis=1).tolist(), strict=True)
    gradients = chain.gradients(pictures, [about_classes(label, other, chain.network) for label, other in pairs])
    darkest, brightest = (edge(pictures, axis=(1, 2), keepdims=True) for edge in (np.min, np.max))
    moved: NDArray[np.float32] = pictures - np.float32(strength) * (brightest - darkest) * np.sign(gradients)
    return np.clip(moved, darkest, brightest)
