"""Questions over whole data sets: each task makes sure that its answer is in the store, and returns its key."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.class_points import pattern
from mnistlab.engine.preload import load_tensorflow
from mnistlab.engine.tasks.asked import Context, asked
from mnistlab.engine.tasks.digits import Factors
from mnistlab.progress import Progress, Work, ended
from mnistlab.recipes.class_reasons import ReasonMethod
from mnistlab.recipes.data_sets import DataName
from mnistlab.results.readings import Growth, Outputs, PointCounts, Survey
from mnistlab.store.answers import Answers, Arrays, answer_key
from mnistlab.store.runs import Store

# Part of each key; increase it when the meaning of an answer changes.
VERSION = 1


def survey_key(digest: str, data: DataName) -> str:
    """Return the key of the survey of a network over the test digits."""
    return answer_key("survey", VERSION, digest, data)


def outputs_key(digest: str, data: DataName, split: str, factors: Factors = ()) -> str:
    """Return the key of the outputs of a network for a whole set."""
    return answer_key("outputs", VERSION, digest, data, split, *factors)


def uses_key(digest: str, data: DataName) -> str:
    """Return the key of what the maps of a network add to its answers for the test digits."""
    return answer_key("uses", VERSION, digest, data)


def reasons_key(digest: str, data: DataName, method: ReasonMethod) -> str:
    """Return the key of why a network reads the test digits as it does."""
    return answer_key("reasons", VERSION, digest, data, method)


def pattern_key(digest: str, data: DataName, label_a: int, label_b: int, layer: str, fraction: float) -> str:
    """Return the key of the frequencies of a class pattern."""
    return answer_key("pattern", VERSION, digest, data, label_a, label_b, layer, fraction)


def growth_key(run_id: str, epochs: int, image_digest: str) -> str:
    """Return the key of the outputs for one digit over the epochs of a run."""
    return answer_key("growth", VERSION, run_id, epochs, image_digest)


def reading_key(pattern: str, common: float, unique: float) -> str:
    """Return the key of the accuracy of reading by points; `pattern`: key of their frequencies."""
    return answer_key("reading", VERSION, pattern, common, unique)


@asked
def survey_test_set(context: Context, data: DataName) -> str:
    """Store the survey of the network over the test digits."""
    _survey(context, data)
    return survey_key(context.network.digest, data)


@asked
def read_set(context: Context, data: DataName, split: Any, factors: Factors = ()) -> str:
    """Store the outputs of the network for all digits of a split, and their labels."""
    from mnistlab.cnn.activations import outputs
    from mnistlab.cnn.cache import model_of
    from mnistlab.data.sources import digits

    key = outputs_key(context.network.digest, data, split, factors)

    def read() -> Work[Arrays]:
        split_digits = digits(data, split)
        seen = yield from outputs(model_of(context.network), split_digits.images, factors)
        return Outputs(seen, split_digits.labels).arrays()

    context.answers.get_or_work(key, read())
    return key


@asked
def see_uses(context: Context, data: DataName) -> str:
    """Store what the maps of the network's last convolution add to its answers for the test digits."""
    from mnistlab.cnn.cache import model_of
    from mnistlab.cnn.uses import find_uses
    from mnistlab.data.sources import digits

    key = uses_key(context.network.digest, data)

    def see() -> Work[Arrays]:
        return (yield from find_uses(context.network, model_of(context.network), digits(data, "test"))).arrays()

    context.answers.get_or_work(key, see())
    return key


@asked
def see_reasons(context: Context, data: DataName, method: ReasonMethod) -> str:
    """Store why the network reads the test digits as it does."""
    from mnistlab.cnn.class_reasons import find_reasons
    from mnistlab.data.sources import digits

    key = reasons_key(context.network.digest, data, method)

    def see() -> Work[Arrays]:
        return (yield from find_reasons(context.network, digits(data, "test"), method)).arrays()

    context.answers.get_or_work(key, see())
    return key


@asked
def count_points(context: Context, data: DataName, label_a: int, label_b: int, layer: str, fraction: float) -> str:
    """Store the frequencies of a class pattern."""
    return _count(context, data, label_a, label_b, layer, fraction)


@asked
def read_by_unique_points(
    context: Context,
    data: DataName,
    label_a: int,
    label_b: int,
    layer: str,
    fraction: float,
    common: float,
    unique: float,
) -> str:
    """Store the accuracies of telling A from B by the points unique to either."""
    counted_at = _count(context, data, label_a, label_b, layer, fraction)
    ceilings = _survey(context, data).layers[layer].ceiling
    from mnistlab.cnn.cache import model_of
    from mnistlab.cnn.class_patterns import read_points
    from mnistlab.data.sources import digits

    key = reading_key(counted_at, common, unique)

    def read() -> Work[Arrays]:
        kept = context.answers.read(counted_at)
        assert kept is not None
        in_a, in_b = PointCounts.of(kept).shares
        points = [np.flatnonzero(pattern(*pair, common, unique).unique) for pair in ((in_a, in_b), (in_b, in_a))]
        train, test = digits(data, "train"), digits(data, "test")
        reading = yield from read_points(
            model_of(context.network), train, test, (label_a, label_b), layer, ceilings, fraction, points
        )
        return reading.arrays()

    context.answers.get_or_work(key, read())
    return key


def follow_epochs(home: str, run_id: str, epochs: list[int], image: NDArray[np.uint8]) -> str:
    """Store the outputs for one image (28, 28) uint8 with the weights after each epoch of a run."""
    load_tensorflow()
    from mnistlab.cnn.activations import outputs
    from mnistlab.cnn.network import load_model, set_weights

    run = Store(Path(home)).get(run_id)
    key = growth_key(run_id, len(epochs), hashlib.sha256(image.tobytes()).hexdigest())

    def follow() -> Work[Arrays]:
        model = load_model(run.network(epochs[0]))
        rows = []
        for done, epoch in enumerate(epochs):
            yield Progress("walking through the epochs", done, len(epochs))
            set_weights(model, run.network(epoch).weights)
            rows.append(ended(outputs(model, image[None]))[0])
        return Growth(np.stack(rows)).arrays()

    Answers(Path(home)).get_or_work(key, follow())
    return key


def _survey(context: Context, data: DataName) -> Survey:
    from mnistlab.cnn.cache import model_of
    from mnistlab.cnn.survey import survey
    from mnistlab.data.sources import digits

    def look() -> Work[Arrays]:
        return (yield from survey(model_of(context.network), digits(data, "test"))).arrays()

    return Survey.of(context.answers.get_or_work(survey_key(context.network.digest, data), look()))


def _count(context: Context, data: DataName, label_a: int, label_b: int, layer: str, fraction: float) -> str:
    ceilings = _survey(context, data).layers[layer].ceiling
    from mnistlab.cnn.cache import model_of
    from mnistlab.cnn.class_patterns import frequencies
    from mnistlab.data.sources import digits

    key = pattern_key(context.network.digest, data, label_a, label_b, layer, fraction)

    def count() -> Work[Arrays]:
        model, test = model_of(context.network), digits(data, "test")
        return (yield from frequencies(model, test, label_a, label_b, layer, ceilings, fraction)).arrays()

    context.answers.get_or_work(key, count())
    return key
