"""A network, a test set and a method -> why its digits are read as they are: mean relevance of each class, unusual reasons, reasons of mistakes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.judgement import misread
from mnistlab.analysis.reading import after
from mnistlab.analysis.uses import shares_between
from mnistlab.cnn.explanations.chain import NetworkChain, network_chain
from mnistlab.cnn.explanations.questions import Question, about_classes
from mnistlab.data.digits import Digits
from mnistlab.data.scaling import for_ascent
from mnistlab.explanations import METHODS, Task
from mnistlab.explanations.by_class import class_means, least_like, likeness_to_class, strongest_maps
from mnistlab.progress import Progress, Work
from mnistlab.recipes.class_reasons import ReasonMethod
from mnistlab.recipes.explanation import ExplanationRecipe
from mnistlab.recipes.network import convolution_name
from mnistlab.results.class_reasons import ClassReasons
from mnistlab.store.networks import StoredNetwork

# Digits explained between two reports: a Cancel takes effect within a second or two.
BATCH = 100
# Steps of integrated gradients: what it marks differs from 64 steps by less than can be seen, and takes a quarter of the time (docs/decisions/0044).
STEPS = 16
# Unusual digits that are kept of each class; mistakes that are explained, the most certain first; maps that are named as the reason of a mistake.
UNUSUAL, MOST_WRONG, NAMED = 12, 300, 3
# Digits whose sums are taken apart at a time; random choices of maps that stand for chance.
AT_ONCE, DRAWS, SEED = 50, 5, 0


@dataclass(frozen=True, eq=False)
class _Asked:
    """Digits as the network takes them in, and what it reads. `read`: (digits,) int64; `certain`: misread digits, the most certain first."""

    pictures: NDArray[np.float32]
    labels: NDArray[np.int64]
    read: NDArray[np.int64]
    certain: NDArray[np.int64]


def find_reasons(network: StoredNetwork, digits: Digits, method: ReasonMethod) -> Work[ClassReasons]:
    """Explain the reading of each digit, and return what is common to the digits of a class and what is not.

    Arguments:
        network: the network.
        digits: at least one digit.
        method: by which pixels are explained.

    Raises:
        RecipeError: the digits have a class for which the network has no output.
    """
    classes = network.recipe.classes
    # Before a minute's work.
    digits.must_fit(classes)
    chain = network_chain(network)
    asked = _read(chain, digits)
    is_right = asked.read == asked.labels
    maps = np.empty(asked.pictures.shape, np.float32)
    for start in range(0, len(digits), BATCH):
        yield Progress("seeing why each test digit is read as it is", start, len(digits))
        part = slice(start, start + BATCH)
        task = Task(chain, asked.pictures[part], _questions(chain, asked, part), ExplanationRecipe(steps=STEPS))
        maps[part] = METHODS[method].find(task).maps
    yield Progress("comparing the reasons", len(digits), len(digits))
    likeness = likeness_to_class(maps, asked.labels, is_right, classes)
    unusual = least_like(likeness, asked.labels, classes, UNUSUAL)
    some = asked.certain[:MOST_WRONG]
    by_map, mended = yield from _of_mistakes(chain, asked, some)
    return ClassReasons(
        mean=class_means(maps, asked.labels, is_right, classes).astype(np.float32),
        ink=np.rint(class_means(digits.images, asked.labels, is_right, classes)).astype(np.uint8),
        right=np.bincount(asked.labels[is_right], minlength=classes),
        likeness=likeness,
        ink_likeness=likeness_to_class(digits.images, asked.labels, is_right, classes),
        unusual=unusual,
        unusual_maps=maps[unusual] * (unusual >= 0)[..., None, None],
        wrong=some.astype(np.int32),
        mistakes=np.array(len(asked.certain)),
        read=asked.read[some].astype(np.uint8),
        wrong_maps=maps[some],
        by_map=by_map,
        mended=mended,
    )


def _read(chain: NetworkChain, digits: Digits) -> _Asked:
    pictures = for_ascent(digits.images, chain.network.recipe.scaling)
    outputs = chain.outputs(pictures)
    odds = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    certain = misread(odds, digits.labels)
    return _Asked(pictures, digits.labels.astype(np.int64), outputs.argmax(axis=1), certain)


def _questions(chain: NetworkChain, asked: _Asked, part: slice) -> list[Question]:
    """Return why each digit is read as its class; of one read wrong, why as that and not as its class."""
    pairs = zip(asked.read[part].tolist(), asked.labels[part].tolist(), strict=True)
    return [about_classes(read, None if read == label else label, chain.network) for read, label in pairs]


def _of_mistakes(
    chain: NetworkChain, asked: _Asked, wrong: NDArray[np.int64]
) -> Work[tuple[NDArray[np.float32], NDArray[np.float64]]]:
    """Return what each map of the last convolution adds to what is read, less the true class, (wrong, maps), and the share mended, as in `ClassReasons`."""
    recipe, weights = chain.network.recipe, chain.network.weights
    layer = convolution_name(len(recipe.conv))
    generator = np.random.default_rng(SEED)
    shares, mended = [np.zeros((0, recipe.conv[-1].filters), np.float32)], np.zeros(3)
    for done, some in _parts(wrong):
        yield Progress("seeing which maps speak for the mistakes", done, len(wrong))
        labels = asked.labels[some]
        questions = [about_classes(int(label), None, chain.network) for label in labels]
        values, _ = chain.at_layer(asked.pictures[some], questions, layer)
        found = shares_between(recipe, weights, layer, values, asked.read[some], labels).astype(np.float32)
        shares.append(found)
        active, random = np.abs(values).mean(axis=(1, 2)), [generator.random(found.shape) for _ in range(DRAWS)]
        ranked: list[list[NDArray[np.floating]]] = [[found], [*random], [active]]
        for place, ranks in enumerate(ranked):
            muted = (values * ~strongest_maps(rank, NAMED)[:, None, None, :] for rank in ranks)
            hits = [(after(recipe, weights, layer, kept).argmax(axis=1) == labels).sum() for kept in muted]
            mended[place] += np.mean(hits)
    return np.concatenate(shares), mended / max(len(wrong), 1)


def _parts(wrong: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    for start in range(0, len(wrong), AT_ONCE):
        yield start, wrong[start : start + AT_ONCE]
